import { startBitel } from "@hermod/simulator/bitel";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { startUltroam } from "@hermod/simulator/ultroam";
import { startWebcom } from "@hermod/simulator/webcom";
import { pushUrl } from "./installation.ts";

export const KINDS = ["etelecom", "webcom", "ultroam", "bitel"] as const;
export type Kind = (typeof KINDS)[number];

const TO = {
  etelecom: "+84836106872",
  webcom: "+79161234567",
  ultroam: "+84836106872",
  bitel: "+989121234567",
};

export interface SimulatedAccount extends AsyncDisposable {
  readonly account: Readonly<Record<string, unknown>>;
  /** What it received and accepted. */
  readonly log: {
    readonly requests: readonly { readonly operation: string }[];
    readonly accepted: readonly { readonly at: number }[];
  };
}

export interface Simulation {
  readonly port: number;
  /** Until a message is final. */
  readonly finalMs: number;
  /** How much longer the answer to a send request takes than the taking. */
  readonly answerMs: number;
  /** Ultroam pushes as its documents print it, without our reference. */
  readonly anonymous?: boolean;
}

/** One provider that delivers everything and pushes as its documents say to this account of an ingress. */
export async function startSimulated(
  kind: Kind,
  name: string,
  { port, finalMs, answerMs, anonymous = false }: Simulation,
): Promise<SimulatedAccount> {
  const push = { url: pushUrl(port, name) };
  const plan = (status: string) => () => ({ steps: [{ afterMs: finalMs, status }] });
  const fault = ({ operation }: { operation: string }) =>
    operation === "send" && answerMs > 0 ? ({ kind: "slow", delayMs: answerMs } as const) : undefined;
  const common = { seed: 1, fault };
  switch (kind) {
    case "etelecom": {
      const simulator = await startEtelecom({ ...common, plan: plan("SUCCESS"), push });
      const account = { provider: kind, baseUrl: simulator.url, username: "hermod", password: "secret" };
      return { ...simulator, account };
    }
    case "webcom": {
      const simulator = await startWebcom({
        ...common,
        plan: plan("deliver"),
        push: { ...push, everyMs: 20 },
      });
      const login = { login: "hermod", password: "secret", sender: "Hermod" };
      return { ...simulator, account: { provider: kind, baseUrl: simulator.url, ...login } };
    }
    case "ultroam": {
      const simulator = await startUltroam({
        ...common,
        plan: plan("DELIVERED"),
        push: anonymous ? push : { ...push, userId: "sent" },
      });
      const account = { provider: kind, baseUrl: simulator.url, username: "admin", password: "admin" };
      return { ...simulator, account };
    }
    case "bitel": {
      const simulator = await startBitel({ ...common, plan: plan("DELIVERED"), push });
      return { ...simulator, account: { provider: kind, baseUrl: simulator.baseUrl, token: "secret" } };
    }
    default:
      return kind satisfies never;
  }
}

export function messagesTo(kind: Kind, account: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    account,
    to: TO[kind],
    content:
      kind === "etelecom"
        ? { template: "OTP", params: { otp: `${1000 + index}` } }
        : { text: `Your code is ${1000 + index}` },
  }));
}
