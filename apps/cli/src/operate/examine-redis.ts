import type { RedisLink } from "@hermod/broker/connect";
import { readRights, readServerFacts, type ServerFacts } from "@hermod/broker/server-facts";
import { type Finding, fine, risky, wrong } from "./finding.ts";

/** Of the memory that Redis may use, this share is nearly all. */
const NEARLY_FULL = 0.8;

/** The server, its settings and its clock. What would end every start was found by connecting. */
export async function serverFindings({ redis, warnings }: RedisLink): Promise<Finding[]> {
  const facts = await readServerFacts(redis);
  const { server, version, mode, role, replicas, lastWritesFailed } = facts;
  return [
    fine("redis", `${server} ${version}, ${mode}, up for ${Math.floor(facts.uptimeSeconds / 3600)} h`),
    role === "master"
      ? fine("role", `master, replicas: ${replicas}`)
      : wrong("role", `it is a ${role}, and takes no writes`),
    memoryFinding(facts),
    ...lastWritesFailed.map((what) => wrong("persistence", `its last ${what} failed: look at its disk`)),
    ...persistenceFindings(warnings),
    ...clockFindings(warnings),
  ];
}

function memoryFinding({ memory: { used, limit } }: ServerFacts): Finding {
  const usedMb = `${(used / 2 ** 20).toFixed(0)} MiB used`;
  if (limit === 0) return risky("memory", `${usedMb}, no limit: set maxmemory below what the machine has`);
  const says = `${usedMb} of ${(limit / 2 ** 20).toFixed(0)} MiB`;
  return used > limit * NEARLY_FULL ? risky("memory", `${says}: nearly full`) : fine("memory", says);
}

function persistenceFindings(warnings: RedisLink["warnings"]): Finding[] {
  const found = warnings.filter(({ code }) => code !== "clock_skew");
  if (found.length === 0) return [fine("persistence", "appendonly yes, appendfsync always, noeviction")];
  return found.map(({ message }) => risky("persistence", message));
}

function clockFindings(warnings: RedisLink["warnings"]): Finding[] {
  const found = warnings.filter(({ code }) => code === "clock_skew");
  if (found.length === 0) return [fine("clock", "that of Redis and that of this machine agree")];
  return found.map(({ message }) => risky("clock", message));
}

/** What the user in `REDIS_URL` may do, as far as the server tells. */
export async function rightsFindings({ redis }: RedisLink): Promise<Finding[]> {
  const rights = await readRights(redis);
  if (rights === undefined) return [fine("rights", "the server does not tell who we are")];
  const { user, lacking, dangerous } = rights;
  if (lacking === undefined || dangerous === undefined)
    return [fine("rights", `user ${user}; what it may do is not told to it`)];
  return [
    lacking.length === 0
      ? fine("rights", `user ${user} may do all that a worker does`)
      : risky("rights", `user ${user} may not: ${lacking.join(", ")}; a worker needs it, a board does not`),
    ...(dangerous.length === 0
      ? []
      : [risky("rights", `user ${user} may ${dangerous.join(", ")}: give each process a user of its own`)]),
  ];
}
