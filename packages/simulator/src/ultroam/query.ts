import { isInteger, isPort, LONGEST_NUMBER } from "./send.ts";

/** The filters of docs/providers/ultroam.md §5 and §6; a record must pass them all, and an empty list lets everything pass. */
export interface Query {
  readonly numbers: readonly string[];
  readonly ports: readonly number[];
  /** Of the result query alone. */
  readonly userIds: readonly number[];
  /** Box time. */
  readonly after: string;
  readonly before: string;
}

interface Filtered {
  readonly number: string;
  readonly port: number;
  /** Box time. */
  readonly time: string;
}

const LARGEST_NUMBER_LIST = 32;
const FIRST_TIME = "0000-00-00 00:00:00";
const LAST_TIME = "9999-99-99 99:99:99";

/** Reads the filters, or says with which code the box refuses them. */
export function readQuery(
  fields: Readonly<Record<string, unknown>>,
  largestUserIdList: number,
): Query | 400 | 413 {
  const numbers = readList(fields["number"], isNumber);
  const ports = readList(fields["port"], isPort);
  const userIds = readList(fields["user_id"], isInteger);
  const { time_after: after = FIRST_TIME, time_before: before = LAST_TIME } = fields;
  if (numbers === undefined || ports === undefined || userIds === undefined) return 400;
  if (!isTime(after) || !isTime(before)) return 400;
  if (numbers.length > LARGEST_NUMBER_LIST || userIds.length > largestUserIdList) return 413;
  return { numbers, ports, userIds, after, before };
}

/** Whether a record passes; the references are not looked at. "After" and "before" do not take in the time itself. */
export function passes({ number, port, time }: Filtered, { numbers, ports, after, before }: Query): boolean {
  return (
    (numbers.length === 0 || numbers.includes(number)) &&
    (ports.length === 0 || ports.includes(port)) &&
    time > after &&
    time < before
  );
}

function readList<T>(value: unknown, isItem: (item: unknown) => item is T): readonly T[] | undefined {
  if (value === undefined) return [];
  return Array.isArray(value) && value.every(isItem) ? value : undefined;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value);
}

function isNumber(value: unknown): value is string {
  return typeof value === "string" && Buffer.byteLength(value) <= LONGEST_NUMBER;
}
