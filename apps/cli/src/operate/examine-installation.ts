import { readAccounts } from "@hermod/broker/accounts";
import { announcedEncryption } from "@hermod/broker/announcement";
import { timersFill } from "@hermod/broker/backlog";
import type { RedisLink } from "@hermod/broker/connect";
import { keysOf } from "@hermod/broker/keys";
import type { AnnouncedEncryption, Announcement } from "@hermod/core/announcement";
import type { Account } from "@hermod/providers/registry";
import type { Config } from "@hermod/service/config";
import { type Finding, fine, risky, wrong } from "./finding.ts";

type Known = Config<Account> | undefined;

/** Whoever passes over a timer for so long is not there. */
const OVERDUE_MS = 60_000;

/** The data in Redis, held against the configuration. */
export async function installationFindings({ redis, clock }: RedisLink, config: Known): Promise<Finding[]> {
  const [told, records] = await redis.hmget(keysOf().installation, "partitions", "records");
  if (told === null || told === undefined)
    return [fine("installation", "new: no worker or poller has started yet")];
  const partitions = Number(told);
  const wanted = config?.settings.redis.partitions ?? partitions;
  const timers = await timersFill(redis, keysOf(undefined, partitions), clock.now(), OVERDUE_MS);
  return [
    wanted === partitions
      ? fine("partitions", `${partitions}`)
      : wrong("partitions", `the messages are spread over ${partitions}, the configuration says ${wanted}`),
    timers.overdue === 0
      ? fine("poller", `${timers.entries} messages wait for a time, none of them for long`)
      : wrong("poller", `${timers.overdue} messages are overdue for more than a minute: no poller runs`),
    records === "lean"
      ? fine("records", "without what is nearly always so")
      : fine("records", "whole, so that earlier versions read them too: finish-upgrade when none is left"),
  ];
}

/** What workers and pollers announced, held against the configuration. */
export async function accountFindings({ redis }: RedisLink, config: Known): Promise<Finding[]> {
  const announced = await readAccounts(redis, keysOf());
  if (config === undefined) return [fine("accounts", `announced: ${[...announced.keys()].join(", ")}`)];
  const own = announcedEncryption(config.settings.encryption);
  const configured = Object.keys(config.accounts);
  const left = [...announced.keys()].filter((name) => !configured.includes(name));
  return [
    ...(config.settings.encryption === undefined
      ? [risky("encryption", "none: numbers and texts lie in Redis in the clear")]
      : []),
    ...configured.map((name) => accountFinding(name, announced.get(name), own)),
    ...left.map((name) => fine(`account ${name}`, "announced before, and not configured any more")),
  ];
}

function accountFinding(
  name: string,
  announced: Announcement | undefined,
  own: AnnouncedEncryption,
): Finding {
  const what = `account ${name}`;
  if (announced === undefined) return risky(what, "not announced: no worker or poller has started with it");
  const theirs = announced.encryption;
  if (theirs !== undefined && JSON.stringify(sorted(theirs)) !== JSON.stringify(sorted(own)))
    return risky(what, "announced with other keys than the configuration has");
  return fine(what, `announced: ${announced.provider}, ${announced.sendPerSecond} a second`);
}

function sorted({ active = "", keys }: AnnouncedEncryption): unknown {
  return [active, Object.entries(keys).sort(([one], [other]) => (one < other ? -1 : 1))];
}
