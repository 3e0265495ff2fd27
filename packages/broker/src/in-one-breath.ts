/** Of each thing asked its answer. */
type AnswersTo<Asked extends readonly unknown[], Answer> = { -readonly [Place in keyof Asked]: Answer };

/**
 * What is asked in one turn of the event loop goes in one call: whatever came together, as answers in one read from Redis do, goes on
 * together, in one round trip. A lone one waits for nobody. `call` answers in the order of what was asked. Where it fails for several
 * it is made again for each alone, so that what is wrong with one fails for no other: it must do no harm to repeat it.
 */
export function inOneBreath<Ask, Answer>(
  call: (asked: readonly Ask[]) => Promise<readonly Answer[]>,
): <Asked extends readonly Ask[]>(asked: Asked) => Promise<AnswersTo<Asked, Answer>> {
  let waiting: {
    readonly asked: readonly Ask[];
    readonly done: PromiseWithResolvers<readonly Answer[]>;
  }[] = [];
  const go = async (): Promise<void> => {
    const together = waiting;
    waiting = [];
    try {
      const answers = await call(together.flatMap(({ asked }) => asked));
      let from = 0;
      for (const { asked, done } of together) {
        done.resolve(answers.slice(from, from + asked.length));
        from += asked.length;
      }
    } catch (error) {
      for (const { asked, done } of together) {
        if (together.length === 1) done.reject(error);
        else done.resolve(call(asked));
      }
    }
  };
  return async <Asked extends readonly Ask[]>(asked: Asked) => {
    const done = Promise.withResolvers<readonly Answer[]>();
    waiting.push({ asked, done });
    if (waiting.length === 1) setImmediate(() => void go());
    return (await done.promise) as AnswersTo<Asked, Answer>;
  };
}
