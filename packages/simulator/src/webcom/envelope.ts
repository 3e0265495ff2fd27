import { isObject } from "../request.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** Whether one thing stands alone or an array of such things does. */
export type Form = "object" | "array";

/**
 * The nesting of a send request, which no literal example settles (docs/providers/webcom.md §3, N1). The default there is an
 * object with an array of messages, each with an array of phones.
 */
export interface Envelope {
  readonly request: Form;
  readonly message: Form;
  readonly phones: Form;
}

/** The things in this form; `undefined` when it is another form or has none. */
export function membersOf(value: unknown, form: Form): readonly Fields[] | undefined {
  if (form === "object") return isObject(value) ? [value] : undefined;
  return Array.isArray(value) && value.length > 0 && value.every(isObject) ? value : undefined;
}
