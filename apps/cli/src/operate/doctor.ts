import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { RedisUnusableError } from "@hermod/broker/redis-unusable-error";
import { Account } from "@hermod/providers/registry";
import { type Config, readConfig } from "@hermod/service/config";
import { ConfigError } from "@hermod/service/config-error";
import { readEnvironment } from "@hermod/service/environment";
import type { Environment } from "../environment.ts";
import { printRows } from "../print-rows.ts";
import { accountFindings, installationFindings } from "./examine-installation.ts";
import { rightsFindings, serverFindings } from "./examine-redis.ts";
import { type Finding, fine, wrong } from "./finding.ts";
import type { Look } from "./operate-arguments.ts";

/** Looks at everything that a start would stumble over, and at more. Ends with 1 when something is wrong. */
export async function doctor({ json }: Look, env: Environment): Promise<number> {
  const findings = await examine(env);
  if (json) console.log(JSON.stringify(findings));
  else
    printRows(
      ["", "what", "says"],
      findings.map(({ verdict, what, says }) => [verdict, what, says]),
    );
  return findings.some(({ verdict }) => verdict === "wrong") ? 1 : 0;
}

async function examine(env: Environment): Promise<Finding[]> {
  const node = fine("node", process.version);
  const environment = reading("environment", () => readEnvironment(env));
  const { value: told } = environment;
  if (told === undefined) return [node, ...environment.findings];
  const config = reading("configuration", () => readConfig(told.configPath, Account, env));
  return [
    node,
    ...environment.findings,
    ...config.findings,
    ...(await examineRedis(told.redisUrl, config.value)),
  ];
}

/** What could be read, and each problem that kept it from being read. */
function reading<Value>(what: string, read: () => Value): { value?: Value; findings: Finding[] } {
  try {
    return { value: read(), findings: [fine(what, "can be used")] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { findings: error.problems.map((problem) => wrong(what, problem)) };
  }
}

async function examineRedis(url: string, config: Config<Account> | undefined): Promise<Finding[]> {
  let link: RedisLink;
  try {
    link = await connectRedis(url, "viewer");
  } catch (error) {
    if (error instanceof RedisUnusableError) return [wrong("redis", error.message)];
    throw error;
  }
  await using _ = link;
  const installation = await installationFindings(link, config);
  return [
    ...(await serverFindings(link)),
    ...(await rightsFindings(link)),
    ...installation,
    ...(await accountFindings(link, config)),
  ];
}
