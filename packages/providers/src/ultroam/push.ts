import type { Push, PushedReport } from "../provider.ts";
import type { UltroamAccount } from "./config.ts";
import { internationalNumber } from "./number.ts";
import { reportOf } from "./report.ts";
import { type Fields, fieldsOf, parseJson, ResultRecord } from "./wire.ts";

/**
 * Reads a pushed request (docs/providers/ultroam.md §8). Evidence is what names its message beyond doubt, by our reference
 * and its number. The documented examples have no reference: what names a message by number, port or delivery reference
 * alone, as is every `sms_deliver_status`, is a hint to ask; that tells the same, and mixes nothing up. All other events
 * concern nobody here. Nothing signs a push, so that the serial number of the box is asked for where the account knows it. The acknowledgement is not documented; everybody answers 200, and there is no second try to ask for.
 */
export function readPush(body: string, { serialNumber }: Pick<UltroamAccount, "serialNumber">): Push {
  const events = jsonValues(body)?.map(fieldsOf);
  if (events === undefined || events.length === 0) return { kind: "unreadable", why: "not_json" };
  const fields = events.filter((event) => event !== undefined);
  if (fields.length < events.length) return { kind: "unreadable", why: "not_an_event" };
  if (serialNumber !== undefined && fields.some(({ sn }) => trimmed(sn) !== serialNumber))
    return { kind: "unreadable", why: "another_gateway" };
  const hints = hintsOf(fields);
  return {
    kind: "reports",
    reports: fields.flatMap(reportsOf),
    ...(hints.length === 0 ? {} : { hints }),
    acknowledge: () => ({ status: 200, contentType: "text/plain", body: "" }),
  };
}

function trimmed(text: unknown): string | undefined {
  return textOf(text)?.trim();
}

function reportsOf(event: Fields): PushedReport[] {
  const items = [event["sms_result"] ?? []].flat();
  return items.flatMap((item) => {
    const record = ResultRecord.safeParse(fieldsOf(item));
    if (!record.success) return [];
    const reference = record.data.user_id ?? 0;
    const to = internationalNumber(record.data.number);
    if (reference === 0 || to === undefined) return [];
    return [{ providerId: String(reference), reference, to, report: reportOf(record.data) }];
  });
}

/** The numbers of what names no message by reference. */
function hintsOf(events: readonly Fields[]): string[] {
  const items = events.flatMap((event) => [
    ...[event["sms_result"] ?? []]
      .flat()
      .filter((item) => (Number(fieldsOf(item)?.["user_id"] ?? 0) || 0) === 0),
    ...[event["sms_deliver_status"] ?? []].flat(),
  ]);
  const numbers = items.flatMap((item) => {
    const printed = fieldsOf(item)?.["number"];
    return internationalNumber(typeof printed === "number" ? String(printed) : textOf(printed)) ?? [];
  });
  return [...new Set(numbers)];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The JSON values of a text, which may stand one after the other (§8, G3); undefined where something else stands there. */
function jsonValues(text: string): unknown[] | undefined {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];
  const objects = objectsOf(text);
  const values = objects.length > MOST_VALUES ? [undefined] : objects.map(parseJson);
  return values.includes(undefined) ? undefined : values;
}

/** The documents print two; thousands are no push of a gateway. */
const MOST_VALUES = 1000;

/**
 * The text cut behind each object that ends at its outermost level. In steps of one token: a pattern for a whole string
 * would look for the end of an endless one again from every quote.
 */
function objectsOf(text: string): string[] {
  const objects: string[] = [];
  let [depth, begin, quoted] = [0, 0, false];
  for (const { 0: token, index } of text.matchAll(/\\.|["{}]/gs)) {
    if (token === '"') quoted = !quoted;
    else if (!quoted && token === "{") depth += 1;
    else if (!quoted && token === "}") depth -= 1;
    if (quoted || token !== "}" || depth !== 0) continue;
    if (objects.length > MOST_VALUES) return objects;
    objects.push(text.slice(begin, index + 1));
    begin = index + 1;
  }
  return text.slice(begin).trim() === "" ? objects : [...objects, text.slice(begin)];
}
