import type { Report } from "@hermod/core/report";
import { STATUS_WORDS } from "./codes.ts";
import type { ResultRecord } from "./wire.ts";

/** What a record says of its message (docs/providers/ultroam.md §5). */
export function reportOf(record: ResultRecord): Report {
  const { status = "unreadable", succ_count } = record;
  const kind = STATUS_WORDS.get(status.toUpperCase()) ?? "unmapped";
  const code = codeOf(record, kind);
  const sent = kind !== "pending" && kind !== "unmapped";
  return {
    kind,
    word: status,
    ...(code === undefined ? {} : { code }),
    ...(succ_count === undefined || !sent ? {} : { parts: succ_count }),
    details: detailsOf(record),
  };
}

/**
 * The one report of several records of a message, which a box has that was given it twice. The furthest counts: what was
 * delivered once is delivered, and nothing has failed while another record may still succeed.
 */
export function reportOfAll(records: readonly ResultRecord[]): Report | undefined {
  const reports = records.map(reportOf).sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
  const [best] = reports;
  if (best === undefined || reports.length === 1) return best;
  return { ...best, details: { ...best.details, records: String(reports.length) } };
}

const RANK: readonly Report["kind"][] = ["delivered", "sent", "pending", "unmapped", "undelivered"];

/** FAILED comes without a cause; that parts of the message may have arrived is told apart, for whoever would send it anew. */
function codeOf({ status, succ_count = 0 }: ResultRecord, kind: Report["kind"]): string | undefined {
  if (kind !== "undelivered") return undefined;
  if (succ_count > 0) return "partly_sent";
  return status?.toUpperCase() === "CANCELED" ? "canceled" : undefined;
}

function detailsOf({ port, count, succ_count, ref_id }: ResultRecord): Record<string, string> {
  const details = { port, count, succCount: succ_count, refId: ref_id };
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
