import type { MessageInput } from "@hermod/client";
import { PROVIDER_NAMES, type ProviderName } from "./providers.ts";

/** One row of the report: what its messages are, and what may never become of one of them. */
export interface Row {
  readonly name: string;
  /** Begins the tag of each of its messages. */
  readonly letter: string;
  /** The accounts, which have the names of their providers. */
  readonly route: readonly ProviderName[];
  readonly onUnknown: "hold" | "resend";
  /** Most copies that providers may take of one message. */
  readonly mostAccepted: number;
  /** Most requests with one message that nobody proved refused; as many as it takes where repeats are sorted out. */
  readonly mostWritten: number;
  /** Each message must be taken in the end, or be told to be in doubt, or may stay untaken. */
  readonly untaken: "never" | "if told" | "may be";
}

const NO_LIMIT = Number.POSITIVE_INFINITY;

/** A provider that can settle a doubt takes each message once; at any other one the producer chose what it fears more. */
const ROWS: readonly Row[] = [
  row("Webcom", "A", ["webcom"], "hold", { mostAccepted: 1, mostWritten: NO_LIMIT, untaken: "never" }),
  row("Ultroam", "B", ["ultroam"], "hold", { mostAccepted: 1, mostWritten: NO_LIMIT, untaken: "never" }),
  row("eTelecom, hold", "C", ["etelecom"], "hold", { mostAccepted: 1, mostWritten: 1, untaken: "may be" }),
  row("Bitel, hold", "D", ["bitel"], "hold", { mostAccepted: 1, mostWritten: 1, untaken: "may be" }),
  row("eTelecom, resend", "E", ["etelecom"], "resend", {
    mostAccepted: 2,
    mostWritten: 2,
    untaken: "if told",
  }),
  row("Bitel, resend", "F", ["bitel"], "resend", { mostAccepted: 2, mostWritten: 2, untaken: "if told" }),
  row("eTelecom, else Webcom", "G", ["etelecom", "webcom"], "hold", {
    mostAccepted: 1,
    mostWritten: NO_LIMIT,
    untaken: "may be",
  }),
];

function row(
  name: string,
  letter: string,
  route: readonly ProviderName[],
  onUnknown: Row["onUnknown"],
  limits: Pick<Row, "mostAccepted" | "mostWritten" | "untaken">,
): Row {
  return { name, letter, route, onUnknown, ...limits };
}

/** The rows that need no other providers than these. */
export function rowsOf(providers: readonly ProviderName[] = PROVIDER_NAMES): readonly Row[] {
  return ROWS.filter(({ route }) => route.every((provider) => providers.includes(provider)));
}

/** Of numbers in a form that their provider takes. */
const NUMBERS = {
  webcom: "+79161234567",
  ultroam: "+79161234567",
  etelecom: "+84836106872",
  bitel: "+989121234567",
} as const satisfies Record<ProviderName, string>;

/** The message with this tag. The tag is its key as well, so that a producer may hand it over again and again. */
export function inputOf({ route, onUnknown }: Row, tag: string, expiresInMs: number): MessageInput {
  return {
    route: [...route],
    to: NUMBERS[route[0] ?? "webcom"],
    content: { template: "OTP", params: { otp: tag }, text: `Your code is ${tag}` },
    idempotencyKey: tag,
    onUnknown,
    expiresInMs,
    deadlineCheck: false,
  };
}
