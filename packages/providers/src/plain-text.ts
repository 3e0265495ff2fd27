import { z } from "zod";

/**
 * A short text of a provider's that may be kept: one line, with too few digits for a phone number or most one-time passwords,
 * however they are grouped.
 */
export const PlainText = z
  .string()
  .trim()
  .regex(/^(?!(?:\P{N}*\p{N}){6})[^\p{C}]{1,64}$/u);

/** A word of a provider's as far as it may be kept: undefined where it is no plain text or repeats something of ours. */
export function keptWord(said: unknown, ours: readonly string[]): string | undefined {
  const word = PlainText.safeParse(said).data;
  const told = word?.toLowerCase() ?? "";
  const isOurs = ours.some(
    (text) => text.toLowerCase().includes(told) || repeatsSecret(told, text.toLowerCase()),
  );
  return isOurs ? undefined : word;
}

/** Whether an id of a provider's is the phone number, in any form; one that has more in it may well be an id. */
export function isNumberOf(to: string, id: string): boolean {
  const digits = id.replace(/[\s().-]/g, "").replace(/^[+0]+/, "");
  // National and international forms share their end; fewer digits could be an id by chance.
  return to === `+${digits}` || (digits.length >= 9 && to.endsWith(digits));
}

/** Fields without the texts that repeat a secret: a provider may say back what every request brings. */
export function withoutSecrets(
  fields: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Readonly<Record<string, unknown>> {
  const isKept = (value: unknown) =>
    typeof value !== "string" || !secrets.some((secret) => repeatsSecret(value, secret));
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isKept(value)));
}

/** Whether a text repeats a secret. One of a few letters would be found in any text. */
export function repeatsSecret(text: string, secret: string): boolean {
  return secret.length < 5 ? text.trim() === secret : text.includes(secret);
}
