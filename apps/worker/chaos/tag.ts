/** What a message can be told by, wherever it is met: the letter of its row and its number. */
export function tagOf({ letter }: { readonly letter: string }, index: number): string {
  return `${letter}${String(index).padStart(5, "0")}`;
}

/** The tag in what a provider was sent. */
export function tagIn(body: unknown): string | undefined {
  return /\b[A-G]\d{5}\b/.exec(JSON.stringify(body))?.[0];
}
