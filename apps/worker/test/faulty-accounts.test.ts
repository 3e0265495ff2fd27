import { startBitel } from "@hermod/simulator/bitel";
import * as bitelFaults from "@hermod/simulator/bitel/faults";
import * as bitel from "@hermod/simulator/bitel/plan";
import { startEtelecom } from "@hermod/simulator/etelecom";
import * as etelecomFaults from "@hermod/simulator/etelecom/faults";
import * as etelecom from "@hermod/simulator/etelecom/plan";
import { startUltroam } from "@hermod/simulator/ultroam";
import * as ultroamFaults from "@hermod/simulator/ultroam/faults";
import * as ultroam from "@hermod/simulator/ultroam/plan";
import { startWebcom } from "@hermod/simulator/webcom";
import * as webcomFaults from "@hermod/simulator/webcom/faults";
import * as webcom from "@hermod/simulator/webcom/plan";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startWithAccounts } from "./installation.ts";

const AFTER_MS = 200;
/** Longer than a message may take that tries an account and is given back before it was written. */
const WAIT = { timeoutMs: 60_000 };
const TEST = { timeout: 180_000 };

/** An attempt that is spent is the last one: nothing may be spent on the fault of an account. Leases outlast a busy machine. */
const STRICT = {
  retry: { delaysMs: [] },
  lease: { leaseMs: 10_000, lockMs: 12_000, stalledMs: 2000 },
};

/** A provider whose account can be at fault: the words it is held with, what breaks it, and what mends it. */
interface Place<Simulator> {
  readonly to: string;
  readonly account: Readonly<Record<string, unknown>>;
  start(): Promise<Simulator>;
  readonly faults: readonly (readonly [code: string, breakIt: (simulator: Simulator) => void])[];
  mend(simulator: Simulator): void;
}

interface AnySimulator extends AsyncDisposable {
  readonly url: string;
  readonly baseUrl?: string;
  readonly log: {
    readonly accepted: readonly unknown[];
    readonly requests: readonly { readonly operation: string }[];
  };
}

function runAt<Simulator extends AnySimulator>(provider: string, place: Place<Simulator>): void {
  const { to, account, start, faults, mend } = place;
  const codes = faults.map(([code]) => code).join(", ");
  test(
    `${provider}: an account at fault (${codes}) holds its messages, and they go once it is mended`,
    TEST,
    async () => {
      await using simulator = await start();
      const baseUrl = simulator.baseUrl ?? simulator.url;
      await using installation = await startWithAccounts(
        { main: { provider, baseUrl, timeoutMs: 5000, ...account } },
        { settings: STRICT },
      );
      const { hermod } = installation;
      const content = { template: "OTP", params: { otp: "1" }, text: "Your code is 1" };
      const tries = () => simulator.log.requests.filter(({ operation }) => operation === "send").length;
      for (const [index, [code, breakIt]] of faults.entries()) {
        breakIt(simulator);
        const messages = Array.from({ length: 5 }, () => ({ account: "main", to, content }));
        const results = await hermod.sendMany(messages);
        const ids = results.map((result) => ("id" in result ? result.id : ""));
        const isHeld = async (id: string) => {
          const view = await hermod.get(id);
          return view?.state === "held" && view.code === code;
        };
        const allHeld = async () => (await Promise.all(ids.map(isHeld))).every((held) => held);
        await waitUntil(`all to be held (${code})`, allHeld, WAIT);
        const before = tries();
        await waitUntil("it to be tried again", () => tries() > before, WAIT);
        mend(simulator);
        const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
        expect(views.map(({ state, code: word }) => word ?? state)).toEqual(views.map(() => "delivered"));
        expect(simulator.log.accepted).toHaveLength(5 * (index + 1));
      }
    },
  );
}

runAt("etelecom", {
  to: "+84836106872",
  account: { username: "hermod", password: "secret" },
  start: () => startEtelecom({ seed: 1, plan: () => etelecom.delivered(AFTER_MS) }),
  faults: [
    ["credentials", ({ setFault }) => setFault("send", etelecomFaults.unauthorized)],
    ["address", ({ setFault }) => setFault("send", etelecomFaults.foreignAddress)],
    ["balance", ({ setQuota }) => setQuota(0)],
  ],
  mend({ setFault, setQuota }) {
    setFault("send", undefined);
    setQuota(100);
  },
});

runAt("webcom", {
  to: "+79161234567",
  account: { login: "hermod", password: "secret", sender: "Hermod" },
  start: () => startWebcom({ seed: 1, plan: () => webcom.delivered(AFTER_MS) }),
  faults: [
    [
      "credentials",
      ({ setFault }) => setFault("send", webcomFaults.requestRefused("credentials", "ru", 400)),
    ],
    ["locked", ({ setLocked }) => setLocked(true)],
    ["balance", ({ setFault }) => setFault("send", webcomFaults.refused("accountEmpty"))],
    ["sender_not_approved", ({ setFault }) => setFault("send", webcomFaults.refused("unapprovedSender"))],
  ],
  mend({ setFault, setLocked }) {
    setFault("send", undefined);
    setLocked(false);
  },
});

runAt("ultroam", {
  to: "+79161234567",
  account: { username: "admin", password: "admin" },
  start: () => startUltroam({ seed: 1, plan: () => ultroam.delivered(AFTER_MS) }),
  faults: [
    ["credentials", ({ setPassword }) => setPassword("another")],
    ["forbidden", ({ setFault }) => setFault("send", ultroamFaults.forbidden)],
    ["api_unavailable", ({ setFault }) => setFault("send", ultroamFaults.apiSwitchedOff)],
  ],
  mend({ setFault, setPassword }) {
    setFault("send", undefined);
    setPassword("admin");
  },
});

runAt("bitel", {
  to: "+989123456789",
  account: { token: "secret", errorCodes: { NoCredit: { scope: "account", code: "balance" } } },
  start: () => startBitel({ seed: 1, plan: () => bitel.delivered(AFTER_MS) }),
  faults: [
    ["credentials", ({ setFault }) => setFault("send", bitelFaults.unauthorized)],
    ["gateway", ({ setFault }) => setFault("send", bitelFaults.refused("InvalidGateway"))],
    ["balance", ({ setFault }) => setFault("send", bitelFaults.refused("NoCredit", 402))],
  ],
  mend: ({ setFault }) => setFault("send", undefined),
});

test(
  "a box without a port in the network keeps its messages waiting, and spends nothing on it",
  TEST,
  async () => {
    await using simulator = await startUltroam({
      seed: 1,
      ports: 1,
      plan: () => ultroam.delivered(AFTER_MS),
    });
    simulator.setRegistration(0, "SEARCHING_NETWORK");
    await using installation = await startWithAccounts(
      { main: { provider: "ultroam", baseUrl: simulator.url, username: "admin", password: "admin" } },
      { settings: STRICT },
    );
    const { hermod } = installation;
    const { id } = await hermod.send({ account: "main", to: "+79161234567", content: { text: "Hello" } });
    const waits = async () => {
      const view = await hermod.get(id);
      return view?.state === "queued" && view.reason === "rate";
    };
    await waitUntil("it to wait", waits, WAIT);
    simulator.setRegistration(0, "REGISTER_OK");
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
    expect(simulator.log.accepted).toHaveLength(1);
  },
);
