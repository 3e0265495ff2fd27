/** A decimal text of money, with or without a sign and places behind the point; nothing here ever rounds. */
export type Decimal = string;

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Adds up `count` times each amount; what is no decimal text is left out. */
export function sumOf(amounts: readonly { readonly amount: Decimal; readonly count: number }[]): Decimal {
  const read = amounts.flatMap(({ amount, count }) => {
    const [, sign, whole = "", part = ""] = DECIMAL.exec(amount) ?? [];
    return sign === undefined ? [] : [{ sign, whole, part, count }];
  });
  const places = Math.max(0, ...read.map(({ part }) => part.length));
  const total = read.reduce(
    (sum, { sign, whole, part, count }) =>
      sum + BigInt(`${sign === "-" ? "-" : ""}${whole}${part.padEnd(places, "0")}`) * BigInt(count),
    0n,
  );
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${total < 0n ? "-" : ""}${whole}${places === 0 ? "" : `.${digits.slice(-places)}`}`;
}
