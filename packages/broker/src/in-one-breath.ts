import { inRequests } from "@hermod/core/rate-unit";

/** Of each item its answer. */
type AnswersTo<Items extends readonly unknown[], Answer> = { -readonly [Place in keyof Items]: Answer };

/** Items of one call, unless somebody brings more alone: nobody waits for the work of thousands. */
const MOST_TOGETHER = 500;

interface Asker<Item, Answer> {
  readonly items: readonly Item[];
  readonly done: PromiseWithResolvers<readonly Answer[]>;
}

/**
 * What is asked in one turn of the event loop goes in one call: whatever came together, as answers in one read from Redis do, goes on
 * together, in one round trip. A lone one waits for nobody. `call` answers in the order of the items. Where it fails for several
 * askers it is made again for each alone, so that what is wrong with one fails for no other: it must do no harm to repeat it.
 */
export function inOneBreath<Item, Answer>(
  call: (items: readonly Item[]) => Promise<readonly Answer[]>,
): <Items extends readonly Item[]>(items: Items) => Promise<AnswersTo<Items, Answer>> {
  let waiting: Asker<Item, Answer>[] = [];

  const answer = async (askers: readonly Asker<Item, Answer>[]): Promise<void> => {
    const all = askers.flatMap(({ items }) => items);
    try {
      const answers = await call(all);
      if (answers.length !== all.length) throw new Error(`${answers.length} answers to ${all.length} items`);
      let from = 0;
      for (const { items, done } of askers) {
        done.resolve(answers.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      if (askers.length === 1) askers[0]?.done.reject(error);
      else for (const asker of askers) void answer([asker]);
    }
  };

  const go = (): void => {
    const askers = waiting;
    waiting = [];
    // Divided as messages are into requests.
    const limits = { most: askers.length, mostUnits: MOST_TOGETHER };
    const groups = inRequests(askers, limits, ({ items }) => items.length);
    for (const { messages } of groups) void answer(messages);
  };

  return async <Items extends readonly Item[]>(items: Items) => {
    // Who asks for nothing waits for nobody's answer. The type cannot tell what is made sure of above: as many answers as items.
    if (items.length === 0) return [] as AnswersTo<Items, Answer>;
    const done = Promise.withResolvers<readonly Answer[]>();
    waiting.push({ items, done });
    if (waiting.length === 1) setImmediate(go);
    return (await done.promise) as AnswersTo<Items, Answer>;
  };
}
