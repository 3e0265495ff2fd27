import { startWebcom, type WebcomOptions } from "@hermod/simulator/webcom";
import { delivered, held, partlyDelivered } from "@hermod/simulator/webcom/plan";
import { describe, expect, test } from "vitest";
import { finalViews, startWithAccounts } from "./installation.ts";

const LOGIN = { provider: "webcom", login: "hermod", password: "secret", sender: "Hermod" };
const TEST = { timeout: 60_000 };
const to = "+79161234567";

function start(more: Partial<WebcomOptions> = {}) {
  return startWebcom({ seed: 1, plan: () => delivered(200), ...more });
}

const texts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    account: "main",
    to,
    content: { text: `Your code is ${1000 + index}` },
  }));

for (const statusBatch of [1, 20]) {
  test(
    `states are told to the right messages, ${statusBatch} in one request, in whatever order and form`,
    TEST,
    async () => {
      // Every third is delivered, and nothing but its state tells which.
      let order = 0;
      const plan: WebcomOptions["plan"] = () => {
        order += 1;
        const status = ["deliver", "not_deliver", "expired"][order % 3] ?? "";
        return { steps: [{ afterMs: 200, status }] };
      };
      await using simulator = await start({ plan, quirks: { reversed: true, texts: true } });
      await using installation = await startWithAccounts({
        main: { ...LOGIN, baseUrl: simulator.url, statusBatch },
      });
      const views = await finalViews(installation, texts(60));
      const STATES: Readonly<Record<string, string>> = {
        deliver: "delivered",
        not_deliver: "undelivered",
        expired: "expired",
      };
      const truth = new Map(simulator.log.accepted.map(({ id, finalStatus }) => [id, STATES[finalStatus]]));
      expect(simulator.log.accepted).toHaveLength(60);
      for (const { providerId = "", state } of views) expect(state).toBe(truth.get(providerId));
      const sizes = simulator.log.requests.flatMap(({ operation, body }) =>
        operation === "status" && Array.isArray(body) ? [body.length] : [],
      );
      expect(Math.max(...sizes)).toBeLessThanOrEqual(statusBatch);
      expect(Math.max(...sizes) > 1).toBe(statusBatch > 1);
    },
  );
}

describe("what Webcom has is never given to anybody a second time", () => {
  /** A message with two accounts in its route, and what became of it at both. */
  async function alongRoute(first: Partial<WebcomOptions>) {
    await using main = await start(first);
    await using other = await start();
    await using installation = await startWithAccounts({
      main: { ...LOGIN, baseUrl: main.url },
      other: { ...LOGIN, baseUrl: other.url },
    });
    const messages = texts(3).map(({ account: _, ...message }) => ({
      ...message,
      route: ["main", "other"],
      onUnknown: "resend" as const,
      expiresInMs: 2000,
    }));
    const views = await finalViews(installation, messages);
    return { views, main: main.log.accepted, other: other.log.accepted, said: installation.said() };
  }

  test("though it waits for a top-up, which somebody is told", TEST, async () => {
    const { views, main, other, said } = await alongRoute({ plan: () => held(delivered(200)) });
    expect([main.length, other.length]).toEqual([3, 0]);
    for (const view of views)
      expect(view).toMatchObject({ state: "unknown", details: { notice: "held_until_top_up" } });
    expect(said).toContain("held_until_top_up");
  });

  test("though no state of it can be had", TEST, async () => {
    const { views, main, other } = await alongRoute({ plan: () => partlyDelivered(200) });
    expect([main.length, other.length]).toEqual([3, 0]);
    for (const view of views) expect(view).toMatchObject({ state: "unknown", reason: "never_reported" });
  });

  for (const alreadySent of ["id", "text", "text and id"] as const) {
    test(
      `though its answer was lost, and its reference comes again (answered by ${alreadySent})`,
      TEST,
      async () => {
        await using simulator = await start({
          alreadySent,
          fault: ({ operation, order }) =>
            operation === "send" && order <= 5 ? { kind: "reset", accepted: true } : undefined,
        });
        await using installation = await startWithAccounts({ main: { ...LOGIN, baseUrl: simulator.url } });
        const views = await finalViews(installation, texts(10));
        expect(simulator.log.accepted).toHaveLength(10);
        const sends = simulator.log.requests.filter(({ operation }) => operation === "send");
        expect(sends.length).toBeGreaterThanOrEqual(15);
        // A text alone names no message, so that nobody can ask about it.
        const followed = alreadySent === "text" ? 5 : 10;
        expect(views.filter(({ state }) => state === "delivered")).toHaveLength(followed);
        expect(views.filter(({ state }) => state === "unknown")).toHaveLength(10 - followed);
      },
    );
  }
});
