type Leaf = (value: unknown) => unknown;
type List = (items: readonly unknown[]) => readonly unknown[];

/** The JSON with another value in place of each text, number, boolean and null. */
export function withValues(json: string, change: Leaf): string {
  return JSON.stringify(changed(JSON.parse(json), change, (items) => items));
}

/** The JSON with the items of each of its arrays chosen and ordered anew. */
export function withItems(json: string, change: List): string {
  return JSON.stringify(changed(JSON.parse(json), (value) => value, change));
}

/** The JSON once for each of its values, with that one alone replaced, and once with all of them. */
export function eachReplaced(json: string, value: unknown): string[] {
  let count = 0;
  const whole = withValues(json, () => {
    count += 1;
    return value;
  });
  const single = Array.from({ length: count }, (_, wanted) => {
    let at = -1;
    return withValues(json, (old) => {
      at += 1;
      return at === wanted ? value : old;
    });
  });
  return [...single, whole];
}

function changed(value: unknown, leaf: Leaf, list: List): unknown {
  if (Array.isArray(value)) return list(value.map((item) => changed(item, leaf, list)));
  if (typeof value !== "object" || value === null) return leaf(value);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, changed(field, leaf, list)]));
}
