import { expect, test } from "vitest";
import { startWithAccounts } from "./installation.ts";

/** Nobody is there: whatever a producer is told comes from what the worker announced. */
const at = { baseUrl: "http://127.0.0.1:9" };
const ACCOUNTS = {
  omni: { ...at, provider: "etelecom", username: "hermod", password: "secret" },
  cloud: { ...at, provider: "webcom", token: "secret", sender: "Hermod" },
  box: { ...at, provider: "ultroam", username: "admin", password: "admin" },
  iran: { ...at, provider: "bitel", token: "secret" },
};

test("a producer learns from the worker what each account takes, and is refused the rest", {
  timeout: 40_000,
}, async () => {
  await using installation = await startWithAccounts(ACCOUNTS);
  const { hermod } = installation;
  const content = { template: "OTP", text: "я".repeat(671) };
  const size = { kind: "text", encoding: "ucs-2", length: 671, segments: 11 };
  const long = "the account box takes at most 670 characters, and there are 671";
  expect(await hermod.measure({ route: ["omni", "cloud", "box", "iran"], content })).toEqual([
    { account: "omni", kind: "template", fits: true, issues: [] },
    { account: "cloud", ...size, estimated: true, fits: true, issues: [] },
    {
      ...{ account: "box", ...size, estimated: false, fits: false },
      issues: [{ path: "content.text", message: long }],
    },
    { account: "iran", ...size, estimated: true, fits: true, issues: [] },
  ]);
  const refused = hermod.send({ route: ["cloud", "box", "iran"], to: "+79161234567", content });
  await expect(refused).rejects.toMatchObject({
    name: "HermodInputError",
    issues: [
      { path: "content.text", message: long },
      { path: "to", message: expect.stringContaining("the account iran takes only numbers") },
    ],
  });
  const taken = hermod.send({ route: ["omni", "iran"], to: "+989121234567", content });
  await expect(taken).resolves.toMatchObject({ duplicate: false });
});
