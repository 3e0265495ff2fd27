import type { Push, PushedReport } from "../provider.ts";
import type { WebcomAccount } from "./config.ts";
import { reportOf } from "./status.ts";
import { HEADERS, idNumber, isId, listOf, parseJson, StateItem } from "./wire.ts";

/**
 * Reads a pushed array of states (docs/providers/webcom.md §6). Elements without an id or a state are left out and never
 * acknowledged.
 */
export function readPush(body: string, account: WebcomAccount): Push {
  const list = listOf(parseJson(body));
  const reports = list.flatMap((element) => {
    const item = StateItem.safeParse(element).data;
    if (item?.id_sms === undefined || item.state === undefined) return [];
    return [{ providerId: item.id_sms, report: reportOf(item, item.state, account) }];
  });
  if (reports.length === 0 && list.length > 0) return { kind: "unreadable", why: "no_states" };
  return {
    kind: "reports",
    reports,
    acknowledge: (stored) => ({
      status: 200,
      contentType: HEADERS["content-type"],
      body: JSON.stringify(acknowledged(reports, stored).map((id) => ({ id_sms: idNumber(id) }))),
    }),
  };
}

/** The ids of which everything that was pushed is stored: an acknowledgement names an id, not which of its states. */
function acknowledged(reports: readonly PushedReport[], stored: readonly PushedReport[]): readonly string[] {
  const kept = new Set(stored.map(nameOf));
  const missing = new Set(
    reports.filter((report) => !kept.has(nameOf(report))).map(({ providerId }) => providerId),
  );
  const ids = new Set(reports.map(({ providerId }) => providerId));
  return [...ids].filter(isId).filter((id) => !missing.has(id));
}

function nameOf({ providerId, report }: PushedReport): string {
  return `${providerId} ${report.word}`;
}
