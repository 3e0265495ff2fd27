/**
 * Redis keeps a hash packed, at a third of the memory, only while no value is longer than 64 bytes (`hash-max-listpack-value`). Long
 * private texts lie in pieces: `c`, `c1`, `c2`, … One who does not know of pieces finds the first alone to be no JSON, or not
 * sealed with any key, and leaves the record untouched.
 */
const PIECE_BYTES = 64;

/** The text in pieces of at most as many bytes; one at least. */
export function piecesOf(text: string): string[] {
  if (text.length <= PIECE_BYTES / 4) return [text];
  const isAscii = Buffer.byteLength(text) === text.length;
  // A character may take four bytes.
  const characters = isAscii ? text : [...text];
  const size = isAscii ? PIECE_BYTES : PIECE_BYTES / 4;
  const count = Math.max(1, Math.ceil(characters.length / size));
  return Array.from({ length: count }, (_, index) => {
    const piece = characters.slice(index * size, (index + 1) * size);
    return typeof piece === "string" ? piece : piece.join("");
  });
}

/** The text whose first piece lies under a name, with its further ones; from the names and values of a hash in turn. */
export function joined(words: readonly string[], name: string, first: string): string {
  let text = first;
  for (let index = 1; ; index += 1) {
    const piece = textUnder(words, `${name}${index}`);
    if (piece === undefined) return text;
    text += piece;
  }
}

/** What lies under a name; from the names and values of a hash in turn. */
export function textUnder(words: readonly string[], name: string): string | undefined {
  for (let index = 0; index < words.length; index += 2) if (words[index] === name) return words[index + 1];
  return undefined;
}

/** Names of the pieces of a field. */
export function pieceNames(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}${index}`));
}
