import { expect, test } from "vitest";
import { delivered, failed, neverReported, type Plan } from "./plan.ts";
import { DEFAULT_CONTRACT } from "./server.ts";
import { acceptedMessage, statusOf } from "./status.ts";

const START = 1_000_000;

/** A message that slides over all channels, taken at START. */
const messageWith = (plan: Plan) =>
  acceptedMessage(
    { phoneNumber: "84836106872", templateCode: "OTP", params: {}, routeRule: ["1", "2", "3"] },
    "ICOMNI-1",
    START,
    plan,
  );

test.each<[string, Plan, string[]]>([
  ["delivered", delivered(1000), ["PROCESSING", "SUCCESS", "SUCCESS"]],
  ["failed", failed(2000, "23"), ["PROCESSING", "PROCESSING", "FAIL"]],
  ["never reported", neverReported(), ["PROCESSING", "PROCESSING", "PROCESSING"]],
])("a message that is %s says so in time", (_, plan, words) => {
  const message = messageWith(plan);
  const seen = [999, 1000, 2000].map((ms) => statusOf(message, START + ms, DEFAULT_CONTRACT.channels).status);
  expect(seen).toEqual(words);
});

test("a message slides from channel to channel, each with its own fields", () => {
  const message = messageWith({
    steps: [
      { afterMs: 10, status: "FAIL", channel: "2", errorCode: "busy" },
      { afterMs: 20, status: "SUCCESS", channel: "3" },
    ],
  });
  const seen = [0, 10, 20].map((ms) => {
    const { status, channel, errorCode, duration, mtcount, telcoid } = statusOf(
      message,
      START + ms,
      DEFAULT_CONTRACT.channels,
    );
    return { status, channel, errorCode, duration, mtcount, telcoid };
  });
  expect(seen).toEqual([
    { status: "PROCESSING", channel: "zns", errorCode: "" },
    { status: "FAIL", channel: "autocall", errorCode: "busy", duration: 12 },
    { status: "SUCCESS", channel: "brandnamesms", errorCode: "", mtcount: 1, telcoid: 3 },
  ]);
});

test.each<[string, Plan, { finalStatus: string; finalAt?: number }]>([
  ["its last step", delivered(1000), { finalStatus: "SUCCESS", finalAt: START + 1000 }],
  ["nothing that ever comes", neverReported(), { finalStatus: "PROCESSING" }],
])("the final status of a message is %s", (_, plan, final) => {
  const { finalStatus, finalAt } = messageWith(plan);
  expect(finalAt === undefined ? { finalStatus } : { finalStatus, finalAt }).toEqual(final);
});
