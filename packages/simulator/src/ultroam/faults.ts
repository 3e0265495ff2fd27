import { type Answer, jsonAnswer, textAnswer } from "../answer.ts";
import type { Fault } from "../faults.ts";
import { REFUSAL_CODES, type RefusalCode } from "./answers.ts";

/** A documented refusal of a request that has no such fault. */
export function refused(code: RefusalCode): Fault {
  return undocumentedCode(code);
}

/** A code that no document has, such as 486 or 503. */
export function undocumentedCode(code: number): Fault {
  return instead(jsonAnswer({ error_code: code }));
}

/** The "other errors" of a send whose messages are taken all the same. */
export const errorThoughTaken: Fault = { ...instead(jsonAnswer({ error_code: 500 })), accepted: true };

/** A 401 that offers no way in. Wrong credentials are had by `setPassword`, stale nonces by `forgetNonces`. */
export const unauthorized: Fault = instead(textAnswer(401, "Unauthorized"));

export const forbidden: Fault = instead(textAnswer(403, "Forbidden"));

/** What a box answers whose API is off, or whose firmware is too old (docs/providers/ultroam.md §3.1). */
export const apiSwitchedOff: Fault = instead(textAnswer(404, "Not Found"));

/** The messages are taken, but nothing in the answer names the task or the queue. */
export const successWithoutTask: Fault = { ...instead(jsonAnswer({ error_code: 202 })), accepted: true };

/** The messages are taken, and the answer has every field with a type of another world. */
export const wrongTypesForSend: Fault = {
  ...instead(jsonAnswer({ error_code: "202", sn: 7, sms_in_queue: [], task_id: { id: null } })),
  accepted: true,
};

/** The answer to a result query that has every field with a type of another world. */
export const wrongTypesForStatus: Fault = instead(
  jsonAnswer({
    error_code: 200,
    sn: [],
    result: [
      {
        port: "first",
        user_id: {},
        number: 7,
        time: false,
        status: ["DELIVERED"],
        count: "many",
        succ_count: {},
        ref_id: null,
        imsi: [],
      },
    ],
  }),
);

/** Those above by the names they are asked for from outside. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(REFUSAL_CODES.map((code) => [`refused:${code}`, refused(code)])),
  "undocumented-code": undocumentedCode(486),
  "error-though-taken": errorThoughTaken,
  unauthorized,
  forbidden,
  "api-switched-off": apiSwitchedOff,
  "success-without-task": successWithoutTask,
  "wrong-types-for-send": wrongTypesForSend,
  "wrong-types-for-status": wrongTypesForStatus,
};

function instead(answer: Answer): Extract<Fault, { kind: "answer" }> {
  return { kind: "answer", answer, accepted: false };
}
