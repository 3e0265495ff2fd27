import { type Answer, jsonAnswer } from "../answer.ts";
import type { Fault } from "../faults.ts";
import { FOREIGN_ADDRESS, REFUSAL_CODES, type RefusalCode, refusalAnswer, UNAUTHORIZED } from "./answers.ts";

/** A documented refusal of a message that has no such fault. */
export function refused(code: RefusalCode, subject = ""): Fault {
  return instead(refusalAnswer(code, subject, {}));
}

/** A code from the gaps of the document's table, such as "-4" or "-5". */
export function undocumentedCode(status: string, code: string): Fault {
  return instead(jsonAnswer({ status, code }));
}

/** The 401 of wrong credentials. */
export const unauthorized: Fault = instead(UNAUTHORIZED);

/** The 401 of an address that is not on the provider's list. */
export const foreignAddress: Fault = instead(FOREIGN_ADDRESS);

/** The message is taken, but nothing in the answer names it. */
export const successWithoutId: Fault = {
  ...instead(jsonAnswer({ status: "1", code: "Success" })),
  accepted: true,
};

/** The message is taken, and the answer has every field with a type of another world. */
export const wrongTypesForSend: Fault = {
  ...instead(jsonAnswer({ status: ["1"], code: { text: "Success" }, idOmniMess: { id: null } })),
  accepted: true,
};

/** A status answer that has every field with a type of another world. */
export const wrongTypesForStatus: Fault = instead(
  jsonAnswer({
    phonenumber: [],
    list_param: 7,
    createdatetime: {},
    status: { word: "SUCCESS" },
    channel: false,
    errorCode: [],
  }),
);

/** Those above by the names they are asked for from outside. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(REFUSAL_CODES.map((code) => [`refused:${code}`, refused(code, "x")])),
  "undocumented-code": undocumentedCode("-4", "Undocumented"),
  unauthorized,
  "foreign-address": foreignAddress,
  "success-without-id": successWithoutId,
  "wrong-types-for-send": wrongTypesForSend,
  "wrong-types-for-status": wrongTypesForStatus,
};

function instead(answer: Answer): Extract<Fault, { kind: "answer" }> {
  return { kind: "answer", answer, accepted: false };
}
