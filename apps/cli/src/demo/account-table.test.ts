import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Figures } from "./account-figures.ts";
import { accountTables } from "./account-table.ts";

const SPREAD = { count: 3, p50: 1540, p95: 4100, p99: 10_900 };
const FIGURES: Figures = {
  messages: 75,
  differing: 0,
  acceptedTwice: 0,
  states: [
    { state: "delivered", told: 72, demanded: 72 },
    { state: "rejected", told: 3, demanded: 3 },
  ],
  ms: { send: SPREAD, urgent: undefined, normal: SPREAD, bulk: SPREAD, final: SPREAD, lag: SPREAD },
  requests: {
    send: 76,
    turnedAway: 1,
    retries: 1,
    mostInASecond: 15,
    allowedInASecond: 15,
    status: 173,
    pushes: 4,
  },
};
const ACCOUNTS = ["webcom-demo, Webcom", "bitel-demo, Bitel"].map((title) => ({ title, figures: FIGURES }));

const lines = (accounts: Parameters<typeof accountTables>[0], columns: number) =>
  accountTables(accounts, columns).map(stripVTControlCharacters);

test("an account has its states, times and requests under its name", () => {
  expect(lines(ACCOUNTS.slice(0, 1), 100)).toEqual([
    "── webcom-demo, Webcom ────────────────────────────────── 75 messages, all as the log demands ──",
    "state        Hermod     log    seconds             p50     p95     p99    requests",
    "delivered        72      72    send latency       1.54    4.10   10.90    send                76",
    "undelivered       0       0      urgent              –       –       –      turned away        1",
    "expired           0       0      normal           1.54    4.10   10.90      retries            1",
    "rejected          3       3      bulk             1.54    4.10   10.90      most in 1 s    15/15",
    "unknown           0       0    time to final      1.54    4.10   10.90    status             173",
    "all              75      75      noticed after    1.54    4.10   10.90    pushes               4",
    "                                                                          accepted twice       0",
    "",
  ]);
});

test("accounts are side by side where there is room", () => {
  const [wide, narrow] = [200, 150].map((columns) => lines(ACCOUNTS, columns));
  expect(wide?.[0]).toMatch(/webcom-demo.*bitel-demo/);
  expect(narrow?.[0]).not.toContain("bitel-demo");
});

test.each([80, 100, 200])("no line is wrapped by a terminal of %i columns", (columns) => {
  expect(Math.max(...lines(ACCOUNTS, columns).map((line) => line.length))).toBeLessThan(columns);
});

test("a state that one account alone has stands in the table of each", () => {
  const figures = { ...FIGURES, states: [{ state: "read", told: 1, demanded: 1 }] };
  const shown = lines([...ACCOUNTS, { title: "other", figures }], 100);
  expect(shown.filter((line) => line.startsWith("read "))).toHaveLength(3);
});

test("an account that differs says so", () => {
  expect(lines([{ title: "a", figures: { ...FIGURES, differing: 2 } }], 100)[0]).toContain(
    "75 messages, 2 not as the log demands",
  );
});
