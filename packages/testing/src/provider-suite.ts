import { describe, expect, test } from "vitest";
import { testAbort } from "./provider-suite/abort.ts";
import { callsOf } from "./provider-suite/calls.ts";
import { testCodes, testCodesAsData } from "./provider-suite/codes.ts";
import { testMatching } from "./provider-suite/matching.ts";
import { testNoAnswer } from "./provider-suite/no-answer.ts";
import { testPrivacy } from "./provider-suite/privacy.ts";
import { openAdapter, testPush } from "./provider-suite/push.ts";
import type { Subject } from "./provider-suite/subject.ts";
import { testThrottling } from "./provider-suite/throttling.ts";
import { testRedirects, testWorthlessAnswers } from "./provider-suite/worthless.ts";

/**
 * What every adapter keeps, against real servers: a code has the one meaning of its document, everything else is no more than
 * it proves, a message is told its own, and nothing private is told. The subject says what is asked and answered at its
 * provider; the suite says what can go wrong.
 */
export function testProvider(name: string, subject: Subject): void {
  describe(name, () => {
    for (const call of callsOf(subject)) {
      describe(call.name, () => {
        testCodes(subject, call);
        testMatching(subject, call);
        testNoAnswer(subject, call);
        if (call.operation.isLenient !== true) testWorthlessAnswers(subject, call);
        testRedirects(subject, call);
        testThrottling(subject, call);
        testAbort(subject, call);
        testPrivacy(subject, call);
      });
    }
    testCodesAsData(subject);
    if (subject.push !== undefined) testPush(subject, subject.push);

    test("its capabilities say what it can do, and the suite is told all of it", async () => {
      await using adapter = openAdapter(subject);
      const { lookup, reports, balance } = subject.capabilities;
      expect(adapter.lookup !== undefined).toBe(lookup === "byReference");
      expect(adapter.readPush !== undefined).toBe(reports !== "poll");
      expect(adapter.balance !== undefined).toBe(balance === true);
      expect(Object.keys(subject.lookups ?? {}).length > 0).toBe(lookup === "byReference");
      expect(subject.push !== undefined).toBe(reports !== "poll");
      expect(subject.balance !== undefined).toBe(adapter.balance !== undefined);
      expect(subject.health !== undefined).toBe(adapter.health !== undefined);
    });
  });
}
