import { RedisUnusableError } from "@hermod/broker/redis-unusable-error";
import type { FollowingFigures } from "@hermod/core/polling/following-figures";
import type { Environment } from "../environment.ts";
import { printRows } from "../print-rows.ts";
import { openInstallation } from "./installation.ts";

/** How the messages of an account are followed. */
export interface Followed extends FollowingFigures {
  /** Messages whose look is due, and those that wait for it for too long. */
  readonly due: number;
  readonly overdue: number;
}

/** What the installation tells of these accounts; undefined where its Redis cannot be used, which is said. */
export async function followedAccounts(
  accounts: readonly { readonly name: string; readonly patienceMs: number }[],
  env: Environment,
): Promise<ReadonlyMap<string, Followed> | undefined> {
  try {
    await using installation = await openInstallation(env);
    const { observer } = installation;
    const each = accounts.map(async ({ name, patienceMs }) => {
      const [figures, { due, overdue }] = await Promise.all([
        observer.following(name),
        observer.checksDue(name, patienceMs),
      ]);
      return [name, { ...figures, due, overdue }] as const;
    });
    return new Map(await Promise.all(each));
  } catch (error) {
    if (!(error instanceof RedisUnusableError)) throw error;
    console.error(`How messages are followed is not known: ${error.message}`);
    return undefined;
  }
}

const HEAD = [
  ["account", "route", "finals", "p50 s", "p95 s", "never final"],
  ["requests/message", "lag s", "due", "overdue"],
].flat();

/** Prints a row for each route of which something is known; the account's own figures stand in the first one. */
export function printFollowed(followed: ReadonlyMap<string, Followed>): void {
  const rows = [...followed].flatMap(([account, figures]) =>
    figures.routes.map((route, index) => [
      account,
      route.route,
      route.finals.toFixed(0),
      seconds(route.p50Ms),
      seconds(route.p95Ms),
      route.neverShare === undefined ? "" : `${(route.neverShare * 100).toFixed(1)} %`,
      ...(index === 0 ? ofAccount(figures) : ["", "", "", ""]),
    ]),
  );
  if (rows.length === 0) return;
  console.log();
  printRows(HEAD, rows);
}

function ofAccount({ requestsPerMessage, meanLagMs, due, overdue }: Followed): string[] {
  return [requestsPerMessage?.toFixed(2) ?? "", seconds(meanLagMs), `${due}`, `${overdue}`];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "" : (ms / 1000).toFixed(1);
}
