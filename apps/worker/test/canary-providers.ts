import { startBitel } from "@hermod/simulator/bitel";
import * as bitelFaults from "@hermod/simulator/bitel/faults";
import { mixedPlan as bitelPlan } from "@hermod/simulator/bitel/plan";
import { startEtelecom } from "@hermod/simulator/etelecom";
import * as etelecomFaults from "@hermod/simulator/etelecom/faults";
import { mixedPlan as etelecomPlan } from "@hermod/simulator/etelecom/plan";
import { startUltroam } from "@hermod/simulator/ultroam";
import * as ultroamFaults from "@hermod/simulator/ultroam/faults";
import { mixedPlan as ultroamPlan } from "@hermod/simulator/ultroam/plan";
import { startWebcom } from "@hermod/simulator/webcom";
import * as webcomFaults from "@hermod/simulator/webcom/faults";
import { mixedPlan as webcomPlan } from "@hermod/simulator/webcom/plan";
import { waitUntil } from "@hermod/testing/wait";
import { faultsThatTell } from "./faults-that-tell.ts";

/** What the accounts are opened with. */
interface Login {
  readonly login: string;
  readonly password: string;
}

/** All four providers, each with an account, on a day on which they repeat to everybody what they were told. */
export interface ProvidersThatTell extends AsyncDisposable {
  /** Fields of the accounts, by name. */
  readonly accounts: Readonly<Record<"omni" | "web" | "box" | "persia", object>>;
  /** Faults of each account that no request has met yet. */
  unmet(): Readonly<Record<string, number>>;
  /** Requests to the provider that was asked the least. */
  leastAsked(): number;
}

/** Starts them. `addressOf` an account is where its provider pushes to. */
export async function startProvidersThatTell(
  told: string,
  { login, password }: Login,
  addressOf: (account: string) => string,
): Promise<ProvidersThatTell> {
  const faults = {
    omni: faultsThatTell(told, etelecomFaults.FAULTS),
    web: faultsThatTell(told, webcomFaults.FAULTS),
    box: faultsThatTell(told, ultroamFaults.FAULTS),
    persia: faultsThatTell(told, bitelFaults.FAULTS),
  };
  await using stack = new AsyncDisposableStack();
  const own = { seed: 1, password };
  const omni = stack.use(
    await startEtelecom({
      ...own,
      plan: etelecomPlan,
      username: login,
      fault: faults.omni.choose,
      push: { url: addressOf("omni") },
    }),
  );
  const web = stack.use(
    await startWebcom({
      ...own,
      plan: webcomPlan,
      login,
      fault: faults.web.choose,
      push: { url: addressOf("web") },
    }),
  );
  const box = stack.use(
    await startUltroam({
      ...own,
      plan: ultroamPlan,
      username: login,
      fault: faults.box.choose,
      push: { url: addressOf("box") },
    }),
  );
  const persia = stack.use(
    await startBitel({
      seed: 1,
      plan: bitelPlan,
      token: password,
      fault: faults.persia.choose,
      push: { url: addressOf("persia") },
    }),
  );
  const owned = stack.move();
  return {
    accounts: {
      omni: { provider: "etelecom", baseUrl: omni.url, username: login, password },
      web: {
        ...{ provider: "webcom", baseUrl: web.url, login, password },
        ...{ sender: "Hermod", timeZone: "Europe/Moscow" },
      },
      box: { provider: "ultroam", baseUrl: box.url, username: login, password },
      persia: { provider: "bitel", baseUrl: persia.baseUrl, token: password },
    },
    unmet: () => Object.fromEntries(Object.entries(faults).map(([name, { left }]) => [name, left()])),
    leastAsked: () => Math.min(...Object.values(faults).map(({ asked }) => asked())),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Hands more over, through the accounts of whom that is left, until each provider went wrong in each of its ways. */
export async function untilAllFaultsAreMet(
  { unmet }: ProvidersThatTell,
  handOver: (accounts: readonly string[], wave: number) => Promise<void>,
): Promise<void> {
  let wave = 0;
  await waitUntil(
    "every fault to be met",
    async () => {
      const names = Object.entries(unmet()).flatMap(([name, left]) => (left > 0 ? [name] : []));
      wave += 1;
      if (names.length > 0) await handOver(names, wave);
      return names.length === 0;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
}
