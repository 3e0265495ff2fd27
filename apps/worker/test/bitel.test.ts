import { type BitelOptions, startBitel } from "@hermod/simulator/bitel";
import { delivered, deliveredAfterAll, failed } from "@hermod/simulator/bitel/plan";
import { expect, test } from "vitest";
import { finalViews, startWithAccounts } from "./installation.ts";

const TEST = { timeout: 60_000 };

const texts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    account: "main",
    to: `+98912${1_000_000 + index}`,
    content: { text: `کد شما ${1000 + index}` },
  }));

/** What became of messages, and what the provider has of them. */
async function through(options: Partial<BitelOptions>, count: number, account: object = {}) {
  await using simulator = await startBitel({ seed: 1, ...options });
  const main = { provider: "bitel", baseUrl: simulator.baseUrl, token: "secret", ...account };
  await using installation = await startWithAccounts({ main });
  const views = await finalViews(installation, texts(count));
  return { views, accepted: simulator.log.accepted, said: installation.said() };
}

for (const apiVersion of ["v1", "v2"] as const) {
  test(
    `messages through ${apiVersion} are taken once each, and each is told its own end, parts and cost`,
    TEST,
    async () => {
      let order = 0;
      const plan: BitelOptions["plan"] = () => {
        order += 1;
        return order % 2 === 0 ? delivered(200) : failed(200, "BLACKLIST");
      };
      const quirks = { phones: "masked", trailingComma: true } as const;
      const { views, accepted, said } = await through({ apiVersion, plan, quirks }, 40);
      expect(accepted).toHaveLength(40);
      const truth = new Map(accepted.map(({ id, finalStatus }) => [id, finalStatus]));
      for (const view of views) {
        const isDelivered = truth.get(view.providerId ?? "") === "DELIVERED";
        expect(view).toMatchObject(
          isDelivered ? { state: "delivered" } : { state: "undelivered", code: "BLACKLIST" },
        );
        expect(view).toMatchObject({ parts: 1, cost: "100" });
      }
      expect(said).not.toMatch(/secret|98912|کد شما/);
    },
  );
}

test(
  "a user who was not reached is told so at the horizon, unless the message arrives until then",
  TEST,
  async () => {
    let order = 0;
    const plan: BitelOptions["plan"] = () => {
      order += 1;
      return order % 2 === 0 ? deliveredAfterAll(100, 900) : failed(100, "DELIVERY_FAILED");
    };
    const { views, accepted } = await through({ plan }, 6);
    const truth = new Map(accepted.map(({ id, finalStatus }) => [id, finalStatus]));
    for (const view of views) {
      const isDelivered = truth.get(view.providerId ?? "") === "DELIVERED";
      expect(view).toMatchObject(
        isDelivered
          ? { state: "delivered", anomalies: [] }
          : { state: "undelivered", code: "DELIVERY_FAILED" },
      );
    }
  },
);
