import type { Capabilities } from "@hermod/core/capabilities";
import { SMS_ENCODINGS } from "@hermod/core/text-limits";
import { expect, test } from "vitest";
import { openAnnounced } from "../test/announced.ts";

const encodings = [...SMS_ENCODINGS];
const BOX: Partial<Capabilities> = { text: { encodings, source: "documented", maxCharacters: 160 } };
const CLOUD: Partial<Capabilities> = { text: { encodings, source: "standard" } };
const accounts = { box: BOX, cloud: CLOUD };

test("a content is measured for each account of the route, in its order", async () => {
  await using announced = await openAnnounced({ accounts });
  const content = { template: "OTP", text: `${"x".repeat(160)}€` };
  const measured = await announced.hermod.measure({ route: ["cloud", "templates", "box", "texts"], content });
  const size = { kind: "text", encoding: "gsm-7", length: 162, segments: 2 };
  expect(measured).toEqual([
    { account: "cloud", ...size, estimated: true, fits: true, issues: [] },
    { account: "templates", kind: "template", fits: true, issues: [] },
    {
      ...{ account: "box", ...size, estimated: false, fits: false },
      issues: [
        { path: "content.text", message: "the account box takes at most 160 characters, and there are 161" },
      ],
    },
    { account: "texts", kind: "text", fits: true, issues: [] },
  ]);
});

test("a content that an account cannot take is told, not thrown", async () => {
  await using announced = await openAnnounced({ accounts });
  expect(await announced.hermod.measure({ account: "box", content: { template: "OTP" } })).toEqual([
    {
      ...{ account: "box", fits: false },
      issues: [{ path: "content", message: "the account box needs a text" }],
    },
  ]);
});

test("measuring stores nothing", async () => {
  await using announced = await openAnnounced({ accounts });
  await announced.hermod.measure({ account: "box", content: { text: "Hello" } });
  expect(await announced.broker.queues.waiting("send", "box")).toBe(0);
});

test("what cannot be measured is an input error that names every bad field", async () => {
  await using announced = await openAnnounced({ accounts });
  const { hermod } = announced;
  await expect(hermod.measure({ route: ["box", "nobody"], content: { text: "x" } })).rejects.toMatchObject({
    name: "HermodInputError",
    issues: [{ path: "route.1", message: "no worker has announced an account nobody" }],
  });
  const bad = { account: "box", route: ["cloud"], content: { text: "x" }, to: "+84836106872" };
  await expect(hermod.measure(bad)).rejects.toMatchObject({
    issues: [{ path: "to" }, { path: "route" }],
  });
  await expect(hermod.measure({ account: "Box", content: {} })).rejects.toMatchObject({
    issues: [{ path: "account" }, { path: "content" }],
  });
});

test("a closed client measures nothing", async () => {
  await using announced = await openAnnounced({ accounts });
  await announced.hermod.close();
  await expect(announced.hermod.measure({ account: "box", content: { text: "x" } })).rejects.toMatchObject({
    name: "HermodUnavailableError",
  });
});
