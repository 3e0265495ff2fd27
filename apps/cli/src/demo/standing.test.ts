import type { MessageView } from "@hermod/client";
import { expect, test } from "vitest";
import type { FollowedMessage } from "./following.ts";
import { HORIZON_MS } from "./stage.ts";
import { standingOf } from "./standing.ts";

const TASK = { name: "a", provider: "webcom", sendPerSecond: 10, mixed: 4 } as const;
const NOW = 100_000;

function followed(
  state: MessageView["state"],
  final: boolean,
  submittedAt?: number,
  account = "a",
): FollowedMessage {
  const timestamps = {
    acceptedAt: 0,
    expiresAt: 0,
    updatedAt: 0,
    ...(submittedAt === undefined ? {} : { submittedAt }),
  };
  const view = { state, final, timestamps } as MessageView;
  return { id: "m", code: "c", account: { name: account, provider: "webcom" }, view };
}

test("what is still to be handed over, and what was not looked at yet, is queued", () => {
  const unseen = { ...followed("queued", false), view: undefined };
  const { states } = standingOf(TASK, [followed("delivered", true, 1), unseen], NOW);
  expect([...states].sort()).toEqual([
    ["delivered", 1],
    ["queued", 3],
  ]);
});

test("messages of another account are not counted", () => {
  const { states } = standingOf({ ...TASK, mixed: 0 }, [followed("delivered", true, 1, "b")], NOW);
  expect([...states]).toEqual([]);
});

test("the rate is what the provider took in the last second", () => {
  const times = [NOW - 1, NOW - 999, NOW - 1001];
  const messages = times.map((at) => followed("submitted", false, at));
  expect(standingOf(TASK, messages, NOW).perSecond).toBe(2);
});

test("time is left for what waits, or for the last report", () => {
  expect(standingOf(TASK, [], NOW).leftMs).toBe(400 + HORIZON_MS);
  const submitted = [50, 90].map((ago) => followed("submitted", false, NOW - ago));
  expect(standingOf({ ...TASK, mixed: 0 }, submitted, NOW).leftMs).toBe(HORIZON_MS - 50);
  expect(standingOf({ ...TASK, mixed: 0 }, [followed("delivered", true, 1)], NOW).leftMs).toBe(0);
});
