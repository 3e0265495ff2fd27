/** Numbers that are given once: our references at providers, and the tokens of whoever begins an attempt. */
export interface References {
  /** The first of `count` numbers in a row. */
  allocate(count: number): number;
  owner(): string;
}

export function openReferences(): References {
  let last = 0;
  let owners = 0;
  return {
    allocate(count) {
      last += count;
      return last - count + 1;
    },
    owner() {
      owners += 1;
      return `owner-${owners}`;
    },
  };
}
