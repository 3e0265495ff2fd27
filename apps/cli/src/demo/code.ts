/** The code of a message in whatever it stands in: a text, the body of a request, a message at the provider. */
export function codeIn(value: unknown): string | undefined {
  return codesIn(value)[0];
}

/** Every code in it, in order. */
export function codesIn(value: unknown): readonly string[] {
  return JSON.stringify(value)?.match(/\b[A-Za-z]+-\d{6}\b/g) ?? [];
}

/** The n-th code of a run. It names the kind of its message, so that the provider knows what is to become of it. */
export function codeOf(kind: string, n: number): string {
  return `${kind}-${100_000 + ((n * STRIDE) % CODES)}`;
}

/** The kind of the message with this code. */
export function kindIn(code: string): string {
  return code.slice(0, code.indexOf("-"));
}

/** Six digits; the stride is prime to their number, so that they repeat only after all were used. */
const CODES = 900_000;
const STRIDE = 7919;
