import { createServer } from "node:http";
import { Account } from "@hermod/providers/registry";
import { openLog } from "@hermod/service/log";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { openedBroker } from "../test/opened-broker.ts";
import { type BalanceParts, watchBalance } from "./watch-balance.ts";

const HOUR_MS = 3_600_000;

/** A provider that has this much money left, an account at it, and what a poller shows and says. */
async function open(money: string) {
  const opened = await openedBroker();
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ money, currency: "RUR", information: [{ area: "Tele2", num_sms: "5" }] }));
  });
  const stack = new AsyncDisposableStack();
  stack.use(opened);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const login = { provider: "webcom", login: "u", password: "p", sender: "Hermod" };
  const account = Account.parse({ ...login, baseUrl: `http://127.0.0.1:${port}` });
  const shown: unknown[] = [];
  const said: string[] = [];
  const log = openLog("test", "silent");
  for (const level of ["info", "warn"] as const)
    log[level] = ((_facts: object, words: string) => said.push(`${level} ${words}`)) as never;
  const parts: BalanceParts = {
    broker: opened.broker,
    settings: { balance: { everyMs: 60_000, warnHours: 24 } },
    metrics: { show: (...what) => shown.push(what) },
    log,
    report: (what, error) => said.push(`${what} ${error}`),
    now: opened.clock.now,
    stopping: new AbortController().signal,
  };
  return {
    ...opened,
    shown,
    said,
    asked: () => asked,
    look: () => watchBalance(parts, { name: "main", account }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test("of all that look one asks, and everybody shows what it was told and for how long that lasts", async () => {
  await using opened = await open("80.50");
  const { broker, clock, look, shown, said, asked } = opened;
  await broker.balances.add("main", { at: clock.now() - 2 * HOUR_MS, amount: "100.50", currency: "RUR" });
  await Promise.all([look(), look(), look()]);
  await waitUntil("it to be told", () => said.length > 0);
  expect(asked()).toBe(1);
  expect(said).toEqual(["warn empty in about 8.1 hours at this rate"]);
  await look();
  expect(shown.at(-1)).toEqual([
    "main",
    expect.objectContaining({ amount: "80.50", currency: "RUR" }),
    expect.closeTo(8.05, 1),
  ]);
});

test("money that lasts is told quietly, and what nobody can tell yet is not guessed", async () => {
  await using opened = await open("80.50");
  await opened.look();
  await waitUntil("it to be told", () => opened.said.length > 0);
  expect(opened.said).toEqual(["info balance"]);
});
