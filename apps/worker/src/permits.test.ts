import { describe, expect, test } from "vitest";
import { openPermits } from "./permits.ts";

const NEVER = new AbortController().signal;

describe("permits", () => {
  test("are never more than there are, and what is left goes to who waits next", async () => {
    const permits = openPermits(3);
    const first = await permits.take(2, NEVER);
    const second = await permits.take(5, NEVER);
    expect([first?.count, second?.count]).toEqual([2, 1]);
    const waiting = [permits.take(1, NEVER), permits.take(1, NEVER)];
    first?.giveBack(2);
    expect((await Promise.all(waiting)).map((held) => held?.count)).toEqual([1, 1]);
  });

  test("go to those who waited longest first", async () => {
    const permits = openPermits(1);
    const held = await permits.take(1, NEVER);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const mine = await permits.take(1, NEVER);
      order.push(number);
      mine?.giveBack(1);
    });
    held?.giveBack(1);
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  test("go to who wants many as a quarter of all at least, and not one by one", async () => {
    const permits = openPermits(8);
    const held = await permits.take(8, NEVER);
    const many = permits.take(8, NEVER);
    held?.giveBack(1);
    held?.giveBack(2);
    expect((await many)?.count).toBe(3);
  });

  test("go to who wants many all together, where they are opened so", async () => {
    const permits = openPermits(8, 1);
    const held = await permits.take(5, NEVER);
    const many = permits.take(6, NEVER);
    held?.giveBack(2);
    held?.giveBack(1);
    expect((await many)?.count).toBe(6);
  });

  test("that one who waits gives up go to the next", async () => {
    const permits = openPermits(1);
    const held = await permits.take(1, NEVER);
    const enough = new AbortController();
    const givesUp = permits.take(1, enough.signal);
    const next = permits.take(1, NEVER);
    enough.abort();
    expect(await givesUp).toBeUndefined();
    held?.giveBack(1);
    expect((await next)?.count).toBe(1);
  });

  test("that were not given back are given back at the end of their block", async () => {
    const permits = openPermits(2);
    {
      using held = (await permits.take(2, NEVER)) ?? { giveBack: () => {}, [Symbol.dispose]: () => {} };
      held.giveBack(1);
    }
    expect((await permits.take(9, NEVER))?.count).toBe(2);
  });
});
