import { z } from "zod";

/** A credential that no log, error, JSON or template string can print; only `reveal` gives it out. */
export interface Secret {
  reveal(): string;
}

/** How Node's `inspect`, and with it every log, asks an object what to print. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

class HiddenText implements Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [INSPECT](): string {
    return "[secret]";
  }
}

/** A credential in the configuration. */
export const SecretText: z.ZodType<Secret, string> = z
  .string()
  .min(1)
  .transform((text) => new HiddenText(text));
