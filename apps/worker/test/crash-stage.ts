import type { MessageView } from "@hermod/client";
import { startBitel } from "@hermod/simulator/bitel";
import * as bitel from "@hermod/simulator/bitel/plan";
import { startEtelecom } from "@hermod/simulator/etelecom";
import * as etelecom from "@hermod/simulator/etelecom/plan";
import { startUltroam } from "@hermod/simulator/ultroam";
import * as ultroam from "@hermod/simulator/ultroam/plan";
import { startWebcom } from "@hermod/simulator/webcom";
import * as webcom from "@hermod/simulator/webcom/plan";
import { type AppProcess, startScript } from "@hermod/testing/app-process";
import { waitUntil } from "@hermod/testing/wait";
import { CRASH_POINTS, type CrashPoint } from "../src/crash-point.ts";
import { type Installation, startWithAccounts } from "./installation.ts";

const NUMBERS = {
  webcom: "+79161234567",
  ultroam: "+79161234567",
  etelecom: "+84836106872",
  bitel: "+989121234567",
} as const;
type ProviderName = keyof typeof NUMBERS;

/** A message that meets a crash point; it has an account for itself, of its own name. */
export interface Case {
  readonly provider: ProviderName;
  readonly point: CrashPoint;
  readonly name: string;
}

export const CASES: readonly Case[] = (["webcom", "ultroam", "etelecom", "bitel"] as const).flatMap(
  (provider) => CRASH_POINTS.map((point) => ({ provider, point, name: `${provider}-at-${point}` })),
);

/** Nobody can settle there what became of an attempt without a recorded outcome. */
export function isInDoubt({ provider, point }: Case): boolean {
  const unclear: readonly CrashPoint[] = ["send-begun", "send-guarded", "send-on-wire", "send-answered"];
  return unclear.includes(point) && (provider === "etelecom" || provider === "bitel");
}

/** Whether the attempt had not reached its provider yet. */
export function isUnwritten({ point }: Case): boolean {
  return point === "send-begun" || point === "send-guarded";
}

const SETTINGS = {
  check: { minMs: 100, maxMs: 500, horizonMs: 300_000 },
  reconcile: { settleMs: 1000 },
  lease: { leaseMs: 6000, lockMs: 6000, stalledMs: 1000 },
};
/** The longest that fits into the lease: no answer may be late because the machine is busy. */
const TIMEOUT_MS = 3500;
/** What nobody can settle ends then. */
const DOUBT_ENDS_MS = 15_000;
const WAIT = { timeoutMs: 100_000 };

/** All cases, each halted at its point. */
export interface CrashStage extends AsyncDisposable {
  readonly installation: Installation;
  readonly halting: AppProcess;
  /** Waits until each of these was at a point. */
  reached(cases: readonly Case[], pointOf: (one: Case) => CrashPoint): Promise<void>;
  /** How often the provider took the message of a case. */
  taken(one: Case): number;
  /** How often it was written. */
  written(one: Case): number;
  /** What became of each case. */
  finals(): Promise<MessageView[]>;
}

export async function startCrashStage(): Promise<CrashStage> {
  await using stack = new AsyncDisposableStack();
  const simulators = {
    webcom: stack.use(await startWebcom({ seed: 1, plan: () => webcom.delivered(200) })),
    ultroam: stack.use(await startUltroam({ seed: 1, plan: () => ultroam.delivered(200) })),
    etelecom: stack.use(await startEtelecom({ seed: 1, plan: () => etelecom.delivered(200) })),
    bitel: stack.use(await startBitel({ seed: 1, plan: () => bitel.delivered(200) })),
  };
  const accounts = {
    webcom: { baseUrl: simulators.webcom.url, login: "hermod", password: "secret", sender: "Hermod" },
    ultroam: { baseUrl: simulators.ultroam.url, username: "admin", password: "admin" },
    etelecom: { baseUrl: simulators.etelecom.url, username: "hermod", password: "secret" },
    bitel: { baseUrl: simulators.bitel.baseUrl, token: "secret" },
  };
  const configured = CASES.map(({ provider, name }) => [
    name,
    { provider, timeoutMs: TIMEOUT_MS, ...accounts[provider] },
  ]);
  const options = { settings: SETTINGS, workers: 0, logLevel: "info" };
  const installation = stack.use(await startWithAccounts(Object.fromEntries(configured), options));
  const taken = ({ provider, name }: Case): number =>
    simulators[provider].log.accepted.filter((one) => JSON.stringify(one).includes(`"${name}"`)).length;
  const written = ({ provider, name }: Case): number =>
    simulators[provider].log.requests.filter(({ body }) => JSON.stringify(body ?? "").includes(name)).length;
  const halting = stack.use(await startScript(new URL("halting-worker.ts", import.meta.url), installation));
  const ids = await handOver(installation);
  const wasAt = (account: string, point: CrashPoint): boolean =>
    halting.lines.includes(JSON.stringify({ account, point }));
  const reached: CrashStage["reached"] = async (cases, pointOf) => {
    const missing = () => cases.filter((one) => !wasAt(one.name, pointOf(one)));
    await waitUntil("each message to be at its point", () => missing().length === 0, WAIT);
  };
  await reached(CASES, ({ point }) => point);
  const onWire = CASES.filter(({ point }) => point === "send-on-wire");
  await waitUntil("the requests to be taken", () => onWire.every((one) => taken(one) === 1), WAIT);
  const owned = stack.move();
  return {
    installation,
    halting,
    reached,
    taken,
    written,
    finals: () => Promise.all(ids.map((id) => installation.hermod.waitForFinal(id, WAIT))),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function handOver({ hermod }: Installation): Promise<string[]> {
  const results = await hermod.sendMany(
    CASES.map((one) => ({
      account: one.name,
      to: NUMBERS[one.provider],
      content: { template: "OTP", params: { otp: one.name }, text: one.name },
      ...(isInDoubt(one) ? { expiresInMs: DOUBT_ENDS_MS } : {}),
    })),
  );
  return results.map((result) => {
    if ("error" in result) throw result.error;
    return result.id;
  });
}
