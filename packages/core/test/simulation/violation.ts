import type { MessageRecord } from "../../src/record.ts";

/** A promise that was broken. */
class Violation extends Error {
  override readonly name = "Violation";
}

export function fail({ id }: Pick<MessageRecord, "id">, what: string): never {
  throw new Violation(`${id}: ${what}`);
}
