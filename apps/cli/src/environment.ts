import type { ClientOptions } from "@hermod/client";
import { Account } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the workers encrypt, whoever hands messages over or reads them from here needs the same keys. */
export function clientOptions(env: Environment): ClientOptions {
  const { redisUrl, configPath } = readEnvironment(env);
  if (!env["HERMOD_CONFIG"]) return { redisUrl };
  const { encryption } = readConfig(configPath, Account, env).settings;
  return encryption === undefined ? { redisUrl } : { redisUrl, encryption };
}
