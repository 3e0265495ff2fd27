import type { Quirks } from "./answers.ts";
import type { Form } from "./envelope.ts";
import { type ChoosePlan, mixedPlan } from "./plan.ts";
import type { Reading, Rules } from "./send.ts";
import { type Language, UNKNOWN_ID } from "./texts.ts";

/** What the provider holds of one customer's account, and how it behaves where the documents leave it open. */
export interface Contract extends Rules, Reading {
  /** Decides ids, plans and unreliable HTTP codes: the same messages in the same order get the same ones. */
  readonly seed: number;
  readonly login: string;
  readonly password: string;
  /** The secret key that may stand instead of login and password. */
  readonly token: string;
  readonly stopList: readonly string[];
  readonly language: Language;
  /** The HTTP code of an answer that holds nothing but errors: the documents' tabs say 400, nobody has seen it (§3.1). */
  readonly errorStatus: 200 | 400 | "either";
  /** Whether only the documented `text/json` is understood. */
  readonly contentType: "text/json" | "any";
  readonly stateEnvelope: Form;
  /** How many ids of one state request are looked at; the rest goes unanswered. */
  readonly statesPerRequest: number;
  /** An id nobody knows: the text instead of its state, as the error of the whole answer, or no element for it (§5). */
  readonly unknownId: { readonly as: "state" | "error" | "omission"; readonly text: string };
  /** A `client_id_sms` that was sent: the earlier id as for a new one, the text of it, or both (§3.1 item 17, §4). */
  readonly alreadySent: "id" | "text" | "text and id";
  /** How long a `client_id_sms` is remembered; afterwards it is a new one. */
  readonly dedupeMs: number;
  /** How long an identical send request is turned down, as the sister's GET form does for a minute; 0 for never. */
  readonly repeatGuardMs: number;
  readonly money: number;
  readonly currency: string;
  /** For one part, in any direction. */
  readonly price: number;
  /** What a balance lists: a direction's price, of which only the count is said. */
  readonly areas: Readonly<Record<string, number | "unlimited">>;
  /** A message that the money does not suffice for waits for a top-up, or is refused. */
  readonly whenEmpty: "hold" | "refuse";
  /** How long attempts are made for a message without `validity_period`. */
  readonly lifetimeMs: number;
  readonly plan: ChoosePlan;
  readonly quirks: Quirks;
}

/** What holds unless the options say otherwise: docs/providers/webcom.md where it speaks, else our guess. */
export const DEFAULT_CONTRACT = {
  login: "hermod",
  password: "secret",
  token: "hermod-token",
  stopList: [],
  language: "en",
  errorStatus: "either",
  contentType: "text/json",
  envelope: { request: "object", message: "array", phones: "array" },
  stateEnvelope: "array",
  statesPerRequest: Number.POSITIVE_INFINITY,
  /** The documents' server is in Moscow (§8). */
  timeZone: "Europe/Moscow",
  largestClientReference: 2_147_483_647,
  /** International digits without a plus, as the sister has it. */
  phonePattern: /^[1-9]\d{9,13}$/,
  closedDirections: [],
  senders: "all",
  unknownId: { as: "state", text: UNKNOWN_ID },
  alreadySent: "id",
  dedupeMs: Number.POSITIVE_INFINITY,
  repeatGuardMs: 0,
  money: 1_000_000,
  currency: "RUR",
  price: 10.6,
  areas: { Tele2: 10.6, "On-net": "unlimited" },
  whenEmpty: "hold",
  /** The two days of the GET form (§3). */
  lifetimeMs: 172_800_000,
  plan: mixedPlan,
  quirks: {},
} as const satisfies Omit<Contract, "seed">;
