/** Where placeholders get their values. */
export interface PlaceholderSources {
  readonly variable: (name: string) => string | undefined;
  /** The content of a file, or undefined when it cannot be read. */
  readonly file: (path: string) => string | undefined;
}

const PLACEHOLDER = /\$\{(?:file:([^}]+)|([A-Za-z_][A-Za-z0-9_]*))\}/g;

/**
 * Replaces `${NAME}` and `${file:/path}` in every string of a parsed document; what has no value becomes a
 * problem.
 */
export function fillPlaceholders(
  value: unknown,
  sources: PlaceholderSources,
  problems: string[],
  path: readonly string[] = [],
): unknown {
  if (typeof value === "string") return fillText(value, sources, problems, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => fillPlaceholders(item, sources, problems, [...path, String(index)]));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        fillPlaceholders(item, sources, problems, [...path, key]),
      ]),
    );
  }
  return value;
}

function fillText(
  text: string,
  sources: PlaceholderSources,
  problems: string[],
  path: readonly string[],
): string {
  return text.replace(PLACEHOLDER, (whole, file: string | undefined, name: string | undefined) => {
    const value =
      file === undefined ? sources.variable(name ?? "") : sources.file(file)?.replace(/\r?\n$/, "");
    if (value !== undefined) return value;
    const why = file === undefined ? `the variable ${name} is not set` : `the file ${file} cannot be read`;
    problems.push(`${path.join(".")}: ${why}`);
    // The field stays filled, so that it is not told a second time as missing.
    return whole;
  });
}
