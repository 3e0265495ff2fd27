import { randomBytes, randomInt } from "node:crypto";

const word = (what: string): string => `${what}-${randomBytes(9).toString("hex")}`;
export const NATIONAL = `836${randomInt(100_000, 999_999)}`;
/** Bitel takes Iranian numbers alone. */
const IRANIAN = `9${randomInt(100_000_000, 999_999_999)}`;
export const NUMBERS = [`+84${NATIONAL}`, `+98${IRANIAN}`] as const;
export const KEY = randomBytes(32).toString("base64");

/** All that nobody may read anywhere: of the message, of the accounts, and of whoever runs them. */
export const CANARIES = {
  number: NATIONAL,
  "Iranian number": IRANIAN,
  text: `Mã "kín" <${word("text")}> & more`,
  password: word("otp"),
  login: word("login"),
  "provider's password": word("pass"),
  "push token": randomBytes(16).toString("hex"),
  "callback's address": word("callback"),
  "callback's secret": randomBytes(32).toString("base64"),
  "board's password": word("board"),
  "encryption key": KEY,
} as const;

/** What providers and producers say on bad days. */
export const TOLD = JSON.stringify({ error: Object.values(CANARIES), number: NUMBERS });
