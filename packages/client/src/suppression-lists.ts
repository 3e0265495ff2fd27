import type { Suppressed } from "@hermod/broker/suppression";
import { HermodInputError } from "@hermod/core/input-error";
import { type SuppressedSince, SuppressionLine, SuppressionOptions } from "@hermod/core/suppression";
import { z } from "zod";
import type { Session } from "./open-session.ts";
import { parsed } from "./parsed-input.ts";
import { openDeadline } from "./within-deadline.ts";

/** Whose list: everyone's without a producer. */
type List = Pick<SuppressionOptions, "producer">;

export interface ImportedLines {
  readonly added: number;
  /** On the list already. */
  readonly known: number;
}

/**
 * Numbers that get no messages, on everyone's list or on one of a producer's own. Messages to them are taken and end as `suppressed`.
 * Only a keyed hash of a number is kept: whether one is on a list can be asked, and which ones are cannot.
 */
export interface SuppressionLists {
  /** Returns how many were not on the list. Throws `HermodInputError` for what is no number in E.164 form, and adds none then. */
  add(numbers: readonly string[], options?: SuppressionOptions): Promise<number>;
  /** Returns how many were on the list. */
  remove(numbers: readonly string[], list?: List): Promise<number>;
  /** Since when the number is on the list, and who says so. */
  get(number: string, list?: List): Promise<SuppressedSince | undefined>;
  /** The list as lines of JSON, for `import` of the same installation. */
  export(list?: List): AsyncIterable<string>;
  /**
   * Adds a number, or what `export` wrote, from each line. Throws `HermodInputError` with the numbers of all bad lines, and adds
   * none then.
   */
  import(
    lines: Iterable<string> | AsyncIterable<string>,
    options?: SuppressionOptions,
  ): Promise<ImportedLines>;
}

const PhoneNumber = z.e164("must be a number in E.164 form, for example +84836106872");

/** Under their names, so that an error says which of them is meant. */
const Numbers = z.object({ numbers: z.array(PhoneNumber) });
const OneNumber = z.object({ number: PhoneNumber });

/** Written in one round trip. */
const AT_ONCE = 1000;

export function suppressionLists({ current, clock }: Session, closed: AbortSignal): SuppressionLists {
  const parts = async () => {
    const { suppression, installation } = await current();
    return { suppression, hashOf: installation.numberHash };
  };
  const addAll = async (producer: string | undefined, entries: readonly Suppressed[]): Promise<number> => {
    const deadline = openDeadline(closed);
    let added = 0;
    for (let start = 0; start < entries.length; start += AT_ONCE) {
      const some = entries.slice(start, start + AT_ONCE);
      added += await deadline.within(async () => (await parts()).suppression.add(producer, some));
      deadline.renew();
    }
    return added;
  };
  const within = <T>(act: (its: Awaited<ReturnType<typeof parts>>) => Promise<T>): Promise<T> =>
    openDeadline(closed).within(async () => await act(await parts()));

  return {
    async add(numbers, options = {}) {
      const { producer, source } = parsed(SuppressionOptions, options);
      const good = parsed(Numbers, { numbers }).numbers;
      const { hashOf } = await within(async (its) => its);
      const at = await now();
      return await addAll(
        producer,
        good.map((number) => ({ hash: hashOf(number), source, at })),
      );
    },
    async remove(numbers, list = {}) {
      const { producer } = parsed(SuppressionOptions, list);
      const good = parsed(Numbers, { numbers }).numbers;
      return await within(({ suppression, hashOf }) => suppression.remove(producer, good.map(hashOf)));
    },
    async get(number, list = {}) {
      const { producer } = parsed(SuppressionOptions, list);
      const good = parsed(OneNumber, { number }).number;
      return await within(({ suppression, hashOf }) => suppression.get(producer, hashOf(good)));
    },
    async *export(list = {}) {
      const { producer } = parsed(SuppressionOptions, list);
      let cursor = "";
      do {
        const page = await within(({ suppression }) => suppression.page(producer, cursor));
        for (const entry of page.entries) yield JSON.stringify(entry);
        cursor = page.next;
      } while (cursor !== "");
    },
    async import(lines, options = {}) {
      const { producer, source } = parsed(SuppressionOptions, options);
      const { hashOf } = await within(async (its) => its);
      const at = await now();
      const entries = (await linesOf(lines)).map((line) =>
        "number" in line ? { hash: hashOf(line.number), source, at } : line,
      );
      const added = await addAll(producer, entries);
      return { added, known: entries.length - added };
    },
  };

  async function now(): Promise<number> {
    await openDeadline(closed).within(() => clock.refresh());
    return clock.now();
  }
}

/** All lines, or one error that names each bad one by its number: what stands in it may be private. */
async function linesOf(lines: Iterable<string> | AsyncIterable<string>): Promise<SuppressionLine[]> {
  const good: SuppressionLine[] = [];
  const bad: number[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const { data } = SuppressionLine.safeParse(jsonOrText(line.trim()));
    if (data === undefined) bad.push(number);
    else good.push(data);
  }
  if (bad.length === 0) return good;
  throw new HermodInputError(
    bad.map((line) => ({
      path: `line ${line}`,
      message: "is neither a number in E.164 form nor a line of an export",
    })),
  );
}

function jsonOrText(line: string): unknown {
  if (!line.startsWith("{")) return line;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
