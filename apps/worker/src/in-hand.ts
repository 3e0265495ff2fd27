/**
 * What a process that is to end may not leave behind: requests on the wire, and what they proved until it is
 * recorded. Everything else comes back by itself.
 */
export interface InHand {
  isBusy(): boolean;
  during<T>(work: Promise<T>): Promise<T>;
}

export function openInHand(): InHand {
  let count = 0;
  return {
    isBusy: () => count > 0,
    async during(work) {
      count += 1;
      try {
        return await work;
      } finally {
        count -= 1;
      }
    },
  };
}
