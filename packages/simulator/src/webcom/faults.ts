import { type Answer, jsonAnswer } from "../answer.ts";
import type { Fault } from "../faults.ts";
import { errorAnswer, refusedItem, sendAnswer } from "./answers.ts";
import {
  type Language,
  MESSAGE_ERRORS,
  type MessageError,
  REQUEST_ERRORS,
  type RequestError,
} from "./texts.ts";

/** A documented refusal of a message that has no such fault. */
export function refused(error: MessageError): Fault {
  return instead(sendAnswer([refusedItem(error)]));
}

/** A documented refusal of a whole request that has no such fault. */
export function requestRefused(error: RequestError, language: Language = "en", status = 200): Fault {
  return instead(errorAnswer(error, language, status));
}

/** A refusal with a text that no list has. */
export function undocumentedError(text: string): Fault {
  return instead(sendAnswer([{ error: text }]));
}

/** The message is taken, but the answer says "already sent" and names no id, as when the answer of before was lost. */
export const alreadySentWithoutId: Fault = taken(sendAnswer([refusedItem("alreadySent")]));

/** The message is taken, but nothing in the answer names it. */
export const successWithoutId: Fault = taken(jsonAnswer({ information: [{ state: "send" }] }));

/** The message is taken, and the answer says nothing of any message. */
export const emptyInformation: Fault = taken(sendAnswer([]));

/** The message is taken, and the answer has every field with a type of another world. */
export const wrongTypesForSend: Fault = taken(
  jsonAnswer({ information: [{ state: ["send"], id_sms: { id: null }, error: 7 }] }),
);

/** A state answer that has every field with a type of another world. */
export const wrongTypesForStatus: Fault = instead(
  jsonAnswer([{ id_sms: [], time_change_state: 7, state: { word: "deliver" }, num_parts: "one", price: {} }]),
);

/** A balance answer that has every field with a type of another world. */
export const wrongTypesForBalance: Fault = instead(jsonAnswer({ money: [], currency: 643, information: {} }));

/** Those above by the names they are asked for from outside. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  ...named("refused", MESSAGE_ERRORS, (error) => refused(error)),
  ...named("request-refused", REQUEST_ERRORS, (error) => requestRefused(error)),
  "undocumented-error": undocumentedError("Неизвестная ошибка."),
  "already-sent-without-id": alreadySentWithoutId,
  "success-without-id": successWithoutId,
  "empty-information": emptyInformation,
  "wrong-types-for-send": wrongTypesForSend,
  "wrong-types-for-status": wrongTypesForStatus,
  "wrong-types-for-balance": wrongTypesForBalance,
};

function named<Error extends string>(
  name: string,
  errors: Readonly<Record<Error, unknown>>,
  fault: (error: Error) => Fault,
): Record<string, Fault> {
  const keys = Object.keys(errors) as Error[];
  return Object.fromEntries(keys.map((error) => [`${name}:${error}`, fault(error)]));
}

function instead(answer: Answer): Fault {
  return { kind: "answer", answer, accepted: false };
}

function taken(answer: Answer): Fault {
  return { kind: "answer", answer, accepted: true };
}
