/** The account's money. */
export interface Purse {
  /** Takes the amount, if there is enough. */
  take(amount: number): boolean;
  add(amount: number): void;
  readonly money: number;
}

/** Counts in ten-millionths, the smallest step that a price of documents/webcom-state.txt has, so that no sum drifts. */
export function openPurse(money: number): Purse {
  let units = unitsOf(money);
  return {
    take(amount) {
      const cost = unitsOf(amount);
      if (cost > units) return false;
      units -= cost;
      return true;
    },
    add(amount) {
      units += unitsOf(amount);
    },
    get money() {
      return units / 1e7;
    },
  };
}

function unitsOf(amount: number): number {
  return Math.round(amount * 1e7);
}
