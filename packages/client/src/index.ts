export { HermodInputError, type InputIssue } from "@hermod/core/input-error";
export type { MessageInput } from "@hermod/core/message";
export type { Reason } from "@hermod/core/record";
export type { FinalState, State } from "@hermod/core/state";
export type { MessageView } from "@hermod/core/view";
export type { Accepted, Refused } from "./accept-messages.ts";
export { type ClientOptions, type Hermod, openClient } from "./open-client.ts";
export { HermodUnavailableError } from "./unavailable-error.ts";
export type { WaitOptions } from "./wait-for-final.ts";
