import { inOneBreath } from "@hermod/broker/in-one-breath";
import type { Broker } from "@hermod/broker/open-broker";
import type { Change, Committed } from "@hermod/broker/record-commit";

type Asked = Pick<Broker, "store" | "suppression" | "references">;

/** The same, whose round trips are shared by the orders of an account that are at the same point: many orders are of one message. */
export function ordersTogether({ store, suppression, references }: Asked): Asked {
  const commit = inOneBreath<Change, Committed>((changes) => store.commit(changes));
  const allocate = inOneBreath<number, number>(async (places) => {
    const first = await references.allocate(places.length);
    return places.map((_, index) => first + index);
  });
  return {
    store: {
      ...store,
      load: inOneBreath(store.load),
      commit: async (changes, when) =>
        when === "always" ? await store.commit(changes, when) : await commit(changes),
    },
    suppression: { ...suppression, find: inOneBreath(suppression.find) },
    references: {
      async allocate(count) {
        const [first = 0] = await allocate(Array.from({ length: count }, (_, index) => index));
        return first;
      },
    },
  };
}
