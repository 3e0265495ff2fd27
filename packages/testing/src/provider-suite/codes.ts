import { describe, expect, test } from "vitest";
import { responseOf, type WireAnswer } from "../wire.ts";
import { type Call, expectEach, messagesOf, never } from "./calls.ts";
import { openStage } from "./stage.ts";
import type { Subject, Told } from "./subject.ts";

/** Kinds that an undocumented code may become: no acceptance, no proof of not sent, no state. */
const SAFE = ["maybeSent", "rejected", "unavailable"];

/** Every documented code has exactly one meaning, and no other has one. */
export function testCodes(subject: Subject, call: Call): void {
  const { documented, codes = [], unknown = [] } = call.operation;
  const one = messagesOf(subject, 1);

  async function askWith(answer: WireAnswer): Promise<ReadonlyMap<string, Told>> {
    await using stage = await openStage(subject, call, {
      reply: (socket) => void socket.write(responseOf(answer)),
    });
    return await call.ask(stage.adapter, one, never);
  }

  if (documented !== undefined)
    test("the table has every code of the documents, and no other", () => {
      expect(documented.length).toBeGreaterThan(0);
      expect([...new Set(codes.map(({ code }) => code))].sort()).toEqual([...new Set(documented)].sort());
    });

  if (codes.length > 0)
    describe("a documented code has exactly one meaning", () => {
      test.each(codes)("$code", async ({ answer, result }) => {
        expectEach(await askWith(answer), one, result);
      });
    });

  if (codes.length > 0 && subject.bodyDecides !== true)
    describe("a documented code under HTTP 502 has none", () => {
      test.each(codes)("$code", async ({ answer }) => {
        expectEach(await askWith({ ...answer, status: 502 }), one, call.nothing("answer"));
      });
    });

  if (unknown.length > 0)
    describe("a code that is not documented goes to the safe side, and is kept", () => {
      test.each(unknown)("$code", async ({ code, answer, result }) => {
        const told = await askWith(answer);
        expectEach(told, one, result);
        for (const each of told.values()) {
          expect(isSafe(each)).toBe(true);
          expect(JSON.stringify(each)).toContain(JSON.stringify(code).slice(1, -1));
        }
      });
    });
}

/** A report is safe where it says no more than that its word is not known. */
function isSafe(told: Told): boolean {
  if (!("report" in told)) return SAFE.includes(told.kind);
  return (told.report as Told).kind === "unmapped";
}

/** The adapter's codes as data are those of the tables, with what they are taken for. */
export function testCodesAsData({ codes, send, status }: Subject): void {
  test("its codes are told as data, with their meanings", () => {
    const told = codes
      .filter(({ meaning }) => meaning !== "detail")
      .map(({ call, code, meaning, scope, reason }) =>
        meaning === "rejected" ? [call, code, meaning, scope, reason] : [call, code, meaning],
      );
    const sent = (send.codes ?? []).map(({ code, result }) =>
      result.kind === "rejected"
        ? ["send", code, result.kind, result.scope, result.code]
        : ["send", code, result.kind],
    );
    const said = (status.codes ?? []).flatMap(({ code, result }) =>
      result.kind === "report" ? [["status", code, result.report.kind]] : [],
    );
    const lines = (rows: readonly unknown[]) => [...new Set(rows.map((row) => JSON.stringify(row)))].sort();
    expect(lines(told)).toEqual(lines([...sent, ...said]));
  });
}
