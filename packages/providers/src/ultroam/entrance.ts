import type { HttpResult } from "../exchange.ts";
import { offeredScheme } from "./challenge.ts";
import type { UltroamAccount } from "./config.ts";
import { openTurns } from "./turns.ts";

type Enter<Wanted> = (wanted: Wanted, signal: AbortSignal) => Promise<HttpResult>;

/**
 * Lets requests in together, and one by one where a box cannot have company: some know only the nonce that they handed out
 * last, so that two who ask at once shut each other out. A 401 says that the box did not look at the request (docs/providers/ultroam.md
 * §2, G2), so that one which was refused in company may be made once more alone. Refused alone, it is the password.
 */
export function openEntrance<Wanted>(
  enter: Enter<Wanted>,
  { auth }: Pick<UltroamAccount, "auth">,
): Enter<Wanted> {
  const lane = openTurns(1);
  const together = new Set<Promise<HttpResult>>();
  let entered = 0;
  let isCrowded = false;

  const isShutOut = (result: HttpResult): boolean =>
    result.kind === "answer" && result.status === 401 && offeredScheme(result, auth)?.name === "digest";

  return async (wanted, signal) => {
    let shutOut: HttpResult | undefined;
    if (!isCrowded) {
      entered += 1;
      const last = entered;
      const hadCompany = together.size > 0;
      const entering = enter(wanted, signal);
      together.add(entering);
      const result = await entering.finally(() => together.delete(entering));
      if (!isShutOut(result) || !(hadCompany || entered > last)) return result;
      shutOut = result;
    }
    // Their deadlines bound this.
    await Promise.all(together);
    if (!(await lane.take(signal)))
      return shutOut ?? { kind: "failed", written: false, phase: "connect", detail: "aborted" };
    try {
      const result = await enter(wanted, signal);
      isCrowded = !isShutOut(result);
      return tellingOf(shutOut, result);
    } finally {
      lane.give();
    }
  };
}

/** What tells more: a request that was not written a second time says nothing, while the answer to the first was a whole one. */
export function tellingOf(first: HttpResult | undefined, second: HttpResult): HttpResult {
  return first !== undefined && second.kind === "failed" && !second.written ? first : second;
}
