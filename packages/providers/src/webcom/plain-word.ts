/** Longer than any documented text but two of them, which are known by heart. */
const LONGEST = 100;

/** Four digits or more, however they are spaced: a code, or a part of a number. */
const DIGITS = /\p{N}(?:[^\p{L}\p{N}]{0,3}\p{N}){3,}/gu;
const TOKEN = /[\p{L}\p{M}\p{N}_]+/gu;
const OTHER = /[^\p{L}\p{M}\p{N}_#.,:;!?()-]+/gu;

/**
 * What can be kept of a text that nobody documented: its words, without numbers, codes and anything that also stands in
 * `hidden`, because a provider may repeat our request in its complaint. What is left out is shown as `#`.
 */
export function plainWord(said: string, hidden: readonly string[] = []): string {
  const folded = hidden.map(fold);
  const words = folded.flatMap((text) => text.match(TOKEN) ?? []).filter((word) => word.length > 3);
  const isPrivate = (token: string): boolean => {
    const known = fold(token);
    const isCode = /\p{N}/u.test(token) && /[\p{L}_]/u.test(token);
    return (
      isCode ||
      token.length > 30 ||
      folded.some((text) => text.includes(known)) ||
      words.some((word) => known.includes(word))
    );
  };
  const plain = said
    .slice(0, 1000)
    .normalize("NFC")
    .replace(DIGITS, "#")
    .replace(OTHER, " ")
    .replace(TOKEN, (token) => (isPrivate(token) ? "#" : token))
    .replace(/#[# ]*#/g, "#")
    .trim();
  return Array.from(plain).slice(0, LONGEST).join("").trim() || "unreadable";
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
