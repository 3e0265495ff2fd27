import { type ServerOptions, type Simulator, serve } from "../server.ts";
import { type Contract, DEFAULT_CONTRACT } from "./contract.ts";
import type { WebcomMessage } from "./message.ts";
import { openProvider, type Webcom } from "./provider.ts";
import { type LoggedPush, openPushes, type PushOptions } from "./push.ts";

export type WebcomOptions = ServerOptions &
  Pick<Contract, "seed"> &
  Partial<Contract> & {
    /** Where states are pushed; nowhere when absent. */
    readonly push?: PushOptions;
  };

export type WebcomSimulator = Simulator<WebcomMessage> &
  Pick<Webcom, "topUp" | "stop" | "setLocked"> & {
    /** Every push that went out, in order. */
    readonly pushes: readonly LoggedPush[];
    /** Makes a round of pushes now: new states, and what is not acknowledged. Settles when all answers are in. */
    pushDue(): Promise<void>;
  };

/** Starts Webcom's JSON API as docs/providers/webcom.md and documents/webcom-state.txt describe it. */
export async function startWebcom({ push, ...options }: WebcomOptions): Promise<WebcomSimulator> {
  const contract = { ...DEFAULT_CONTRACT, ...options };
  const now = options.now ?? Date.now;
  const { topUp, stop, setLocked, ...provider } = openProvider(contract, now);
  const simulator = await serve(provider, options);
  const end = new AbortController();
  const about = { timeZone: contract.timeZone, now, signal: end.signal };
  const pushes = push === undefined ? undefined : openPushes(provider.accepted, push, about);
  const running = pushes?.run();
  return {
    ...simulator,
    topUp,
    stop,
    setLocked,
    pushes: pushes?.log ?? [],
    pushDue: async () => pushes?.pushDue(),
    async [Symbol.asyncDispose]() {
      end.abort();
      await running;
      await pushes?.pushDue();
      await simulator[Symbol.asyncDispose]();
    },
  };
}
