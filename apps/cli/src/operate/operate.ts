import type { Environment } from "../environment.ts";
import { checkAccounts } from "./accounts.ts";
import { doctor } from "./doctor.ts";
import { endUpgrade } from "./finish-upgrade.ts";
import type { Operation } from "./operate-arguments.ts";
import { showQueues } from "./queues.ts";
import { turn } from "./turn.ts";
import { watch } from "./watch.ts";

/** Carries out what an operator asks. Prints the answer and returns the exit code. */
export async function operate(operation: Operation, env: Environment): Promise<number> {
  switch (operation.name) {
    case "accounts":
      return await checkAccounts(operation, env);
    case "queues":
      return await showQueues(operation, env);
    case "doctor":
      return await doctor(operation, env);
    case "finish-upgrade":
      return await endUpgrade(operation, env);
    case "watch":
      return await watch(operation, env);
    case "pause":
    case "resume":
    case "hold":
    case "release":
      return await turn(operation, env);
    default:
      return operation satisfies never;
  }
}
