import { type Answer, jsonAnswer, textAnswer } from "../answer.ts";

/** The refusals of the send document, with their texts; `subject` is what the document prints as XXXXX. */
const REFUSALS = {
  "-1": () => "PhoneNumber Wrong Format",
  "-2": (subject: string) => `Wrong Format Parameter: ${subject}`,
  "-3": () => "You have run out of messages",
  "-6": (subject: string) => `Can't find template with templatecode: ${subject}`,
  "-8": () => "Can't find any routing for this request",
  "-9": (subject: string) => `Can't find any information about channel: ${subject}`,
} as const;
export type RefusalCode = keyof typeof REFUSALS;
export const REFUSAL_CODES = Object.keys(REFUSALS) as readonly RefusalCode[];

/** Both documents print these two bare, without JSON around them. */
export const UNAUTHORIZED = textAnswer(401, "Unauthorized");
export const FOREIGN_ADDRESS = textAnswer(401, "Can't access from this IP");

/** Where the documents contradict themselves or practice, and nobody can say which the real service does. */
export interface Quirks {
  /** The key of the id as the send document prints it, `" idOmniMess "`. */
  readonly spacedKey?: boolean;
  /** The send `status`, `mtcount`, `telcoid` and `duration` as numbers; the documents show strings. */
  readonly numbers?: boolean;
  /** `list_param` of a status: escaped text (when absent), an object, or as the document prints it, which is no JSON. */
  readonly listParam?: "text" | "object" | "printed";
}

export function refusalAnswer(code: RefusalCode, subject: string, quirks: Quirks): Answer {
  return jsonAnswer({ status: numeric(code, quirks), code: REFUSALS[code](subject) });
}

export function acceptedAnswer(id: string, quirks: Quirks): Answer {
  const key = quirks.spacedKey === true ? " idOmniMess " : "idOmniMess";
  return jsonAnswer({ status: numeric("1", quirks), code: "Success", [key]: id });
}

/** The values of a status answer, in the document's order; a field without a value is left out. */
export interface StatusFields {
  readonly phonenumber: string;
  readonly list_param: Readonly<Record<string, string>>;
  readonly createdatetime: string;
  readonly status: string;
  readonly channel: string;
  readonly templatecode: string;
  readonly errorCode: string;
  readonly mtcount?: number;
  readonly telcoid?: number;
  readonly duration?: number;
}

export function statusAnswer(fields: StatusFields, quirks: Quirks): Answer {
  const params = JSON.stringify(fields.list_param);
  const body: Record<string, unknown> = { ...fields };
  for (const name of ["mtcount", "telcoid", "duration"] as const) {
    const value = fields[name];
    if (value !== undefined) body[name] = numeric(String(value), quirks);
  }
  if (quirks.listParam === "object") return jsonAnswer(body);
  const text = JSON.stringify({ ...body, list_param: params });
  // A function, because the text of a replacement has characters of its own meaning.
  return jsonAnswer(
    quirks.listParam === "printed" ? text.replace(JSON.stringify(params), () => `"${params}"`) : text,
  );
}

/** DD/MM/YYYY HH:mm:ss as the status document shows it; its zone is taken to be Vietnam's, UTC+7 all year. */
export function vietnamTime(at: number): string {
  const [date = "", time = ""] = new Date(at + 7 * 3_600_000).toISOString().split("T");
  return `${date.split("-").reverse().join("/")} ${time.slice(0, 8)}`;
}

function numeric(value: string, quirks: Quirks): string | number {
  return quirks.numbers === true ? Number(value) : value;
}
