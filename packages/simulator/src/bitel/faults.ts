import { type Answer, jsonAnswer } from "../answer.ts";
import type { Fault } from "../faults.ts";
import { ERROR_CODES, type ErrorCode, errorAnswer, resultAnswer, UNAUTHORIZED } from "./answers.ts";

/** A documented refusal of a request that has no such fault, or any other code: that of missing credit is not known. */
export function refused(code: ErrorCode | (string & {}), status = 400): Fault {
  return instead(errorAnswer(code, status));
}

/** The 401 of a wrong token. */
export const unauthorized: Fault = instead(UNAUTHORIZED);

/** A code in an envelope that comes with 200, which the document's rule excludes. */
export function refusedWithSuccess(code: ErrorCode | (string & {})): Fault {
  return instead(errorAnswer(code, 200));
}

/** The message is taken, but nothing in the answer names it. */
export const successWithoutId: Fault = { ...instead(resultAnswer({})), accepted: true };

/** The messages are taken, and both halves of the envelope are empty. */
export const emptyEnvelope: Fault = { ...instead(resultAnswer(null)), accepted: true };

/** The messages are taken, and the answer has every field with a type of another world. */
export const wrongTypesForSend: Fault = {
  ...instead(jsonAnswer({ result: { requestId: { text: [] }, id: false }, error: null })),
  accepted: true,
};

/** A detail that has every field with a type of another world. */
export const wrongTypesForStatus: Fault = instead(
  resultAnswer({
    id: {},
    message: 7,
    phoneNumber: [],
    requestDate: "soon",
    result: false,
    deliveryStatus: { word: "DELIVERED" },
    deliveryStatusCode: [1],
    statusCode: {},
    status: [],
    smsCount: "many",
    balanceSubtracted: {},
    price: [],
  }),
);

/** Those above by the names they are asked for from outside. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(ERROR_CODES.map((code) => [`refused:${code}`, refused(code)])),
  "undocumented-code": refused("NotEnoughCredit", 402),
  "refused-with-success": refusedWithSuccess("InvalidRequest"),
  unauthorized,
  "success-without-id": successWithoutId,
  "empty-envelope": emptyEnvelope,
  "wrong-types-for-send": wrongTypesForSend,
  "wrong-types-for-status": wrongTypesForStatus,
};

function instead(answer: Answer): Extract<Fault, { kind: "answer" }> {
  return { kind: "answer", answer, accepted: false };
}
