import { finishUpgrade } from "@hermod/broker/installation";
import { keysOf } from "@hermod/broker/keys";
import type { Environment } from "../environment.ts";
import { openInstallation } from "./installation.ts";
import type { Look } from "./operate-arguments.ts";

/** Says that nobody of an earlier version is left, who could not read what is written from now on. */
export async function endUpgrade({ name, json }: Look, env: Environment): Promise<number> {
  await using installation = await openInstallation(env);
  await finishUpgrade(installation.link.redis, keysOf());
  console.log(
    json
      ? JSON.stringify({ done: name })
      : "From its next start on, each process and producer writes records without what is nearly always so.",
  );
  return 0;
}
