import { describe, expect, test } from "vitest";
import type { HttpResult } from "../exchange.ts";
import { openEntrance } from "./entrance.ts";

const never = new AbortController().signal;
const CHALLENGE = 'Digest realm="r", nonce="n", qop="auth"';
const refused: HttpResult = {
  kind: "answer",
  status: 401,
  headers: { "www-authenticate": CHALLENGE },
  text: "",
};
const notWritten: HttpResult = { kind: "failed", written: false, phase: "connect", detail: "aborted" };
const written: HttpResult = { kind: "failed", written: true, phase: "headers", detail: "aborted" };

/** Two requests in each other's company that are refused, and what comes of them afterwards. */
async function twoRefused(again: () => Promise<HttpResult>, signal: AbortSignal = never) {
  const both = Promise.withResolvers<void>();
  let entered = 0;
  const enter = openEntrance(
    async () => {
      entered += 1;
      if (entered > 2) return await again();
      if (entered === 2) both.resolve();
      await both.promise;
      return refused;
    },
    { auth: "auto" },
  );
  const results = [enter(undefined, never), enter(undefined, signal)];
  return { results, entered: () => entered };
}

describe("a request that was refused in company", () => {
  test("is made once more, alone", async () => {
    let open = 0;
    let most = 0;
    const { results, entered } = await twoRefused(async () => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      return { ...refused, status: 200 };
    });
    expect(await Promise.all(results)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect([entered(), most]).toEqual([4, 1]);
  });

  test("is told as refused where it could not be written once more", async () => {
    const { results } = await twoRefused(async () => notWritten);
    expect(await Promise.all(results)).toEqual([refused, refused]);
  });

  test("is told as refused where it was given up before its turn", async () => {
    const giveUp = new AbortController();
    const first = Promise.withResolvers<HttpResult>();
    const { results } = await twoRefused(() => first.promise, giveUp.signal);
    giveUp.abort();
    expect(await results[1]).toEqual(refused);
    first.resolve(refused);
    expect(await results[0]).toEqual(refused);
  });

  test("is in doubt where it was written once more without an answer", async () => {
    const { results } = await twoRefused(async () => written);
    expect(await Promise.all(results)).toEqual([written, written]);
  });
});
