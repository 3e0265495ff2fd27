import { expect, test } from "vitest";
import { instantOf } from "./account-time.ts";

test("one text names another moment in another zone, however often it is read", () => {
  const read = () =>
    ["Europe/Moscow", "Asia/Ho_Chi_Minh"].map((zone) => instantOf("2026-11-27 15:00:03", zone));
  const moments = ["2026-11-27T12:00:03Z", "2026-11-27T08:00:03Z"];
  expect([read(), read()]).toEqual([moments, moments]);
});

test("more texts than are remembered are read all the same", () => {
  const seconds = Array.from({ length: 250 }, (_, index) => new Date(Date.UTC(2026, 0, 1) + index * 1000));
  const textOf = (at: Date) => at.toISOString().slice(0, 19).replace("T", " ");
  for (const at of [...seconds, ...seconds]) {
    expect(instantOf(textOf(at), "UTC")).toBe(`${at.toISOString().slice(0, 19)}Z`);
  }
});

test.for(["", "2026-02-30 00:00:00", "2026-11-27T15:00:03", "yesterday"])("%j names no moment", (text) => {
  expect([instantOf(text, "UTC"), instantOf(text, "UTC")]).toEqual([undefined, undefined]);
});
