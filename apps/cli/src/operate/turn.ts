import type { QueueKind } from "@hermod/broker/queues";
import type { Environment } from "../environment.ts";
import { type OpenInstallation, openInstallation } from "./installation.ts";
import type { Switch } from "./operate-arguments.ts";

const WORDS: Readonly<Record<Switch["name"], string>> = {
  pause: "is paused",
  resume: "goes on",
  hold: "is stopped: its messages are held",
  release: "is released: its held messages go, in order",
};

/** Turns something off or on for an account. Ends with 1 when nobody announced such an account. */
export async function turn(operation: Switch, env: Environment): Promise<number> {
  const { name, account, json } = operation;
  await using installation = await openInstallation(env);
  const known = [...(await installation.observer.accounts()).keys()].sort();
  if (!known.includes(account)) {
    const names = known.length === 0 ? "there is none yet" : known.join(", ");
    console.error(`No worker or poller has announced an account ${account}: ${names}.`);
    return 1;
  }
  await carryOut(operation, installation);
  console.log(json ? JSON.stringify({ account, done: name }) : `${account} ${WORDS[name]}.`);
  return 0;
}

async function carryOut(
  { name, account, queue }: Switch,
  { observer, breakers }: OpenInstallation,
): Promise<void> {
  const queues = (queue === "both" ? (["send", "check"] as const) : [queue]).map((kind: QueueKind) =>
    observer.queue(kind, account),
  );
  switch (name) {
    case "pause":
      await Promise.all(queues.map((each) => each.pause()));
      return;
    case "resume":
      await Promise.all(queues.map((each) => each.resume()));
      return;
    case "hold":
      return await breakers.stop(account);
    case "release":
      return await breakers.release(account);
    default:
      return name satisfies never;
  }
}
