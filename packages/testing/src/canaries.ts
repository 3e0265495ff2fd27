/** Something private, by a name that a failure may show in its place. */
export type Canaries = Readonly<Record<string, string>>;

/** A text in which nothing private may stand, by what it is. */
export type Places = Readonly<Record<string, string>>;

/** Each place where something private stands, in whatever form: `<place>: <canary>, <form>`. Empty where all is well. */
export function findCanaries(places: Places, canaries: Canaries): string[] {
  const wanted = Object.entries(canaries).flatMap(([name, text]) =>
    formsOf(text).map(([form, written]) => ({ what: `${name}, ${form}`, written })),
  );
  return Object.entries(places).flatMap(([place, text]) => {
    const lower = text.toLowerCase();
    return wanted
      .filter(({ written }) => text.includes(written) || lower.includes(written.toLowerCase()))
      .map(({ what }) => `${place}: ${what}`);
  });
}

/** How a text may be written where nobody expects it. */
function formsOf(text: string): [form: string, written: string][] {
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  return [
    ["as it is", text],
    ["as JSON", json],
    ["as JSON in JSON", JSON.stringify(json).slice(1, -1)],
    ["as JSON in ASCII", json.replace(/[^\x20-\x7e]/g, escaped)],
    ["for an address", url],
    ["for a form", url.replaceAll("%20", "+")],
    ["for a page", text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")],
    ["as hexadecimal", Buffer.from(text).toString("hex")],
    ...[0, 1, 2].map((before): [string, string] => [`as base64 after ${before}`, base64Inside(text, before)]),
    ...[0, 1, 2].map((before): [string, string] => [
      `as base64url after ${before}`,
      base64Inside(text, before).replaceAll("+", "-").replaceAll("/", "_"),
    ]),
  ];
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What base64 shows of a text that stands behind so many other bytes and before others: whole groups of its own alone. */
function base64Inside(text: string, before: number): string {
  const bytes = Buffer.from(text);
  const skip = (3 - before) % 3;
  const whole = bytes.length - ((bytes.length - skip) % 3);
  return bytes.subarray(skip, whole).toString("base64");
}
