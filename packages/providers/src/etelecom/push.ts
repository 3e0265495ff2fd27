import { parseJson } from "../json.ts";
import type { Push, PushedReport } from "../provider.ts";
import { readStatus } from "./read-status.ts";
import { reportOf } from "./status.ts";
import { type Fields, fieldsOf, hasStatus, ProviderId, StatusReply } from "./wire.ts";

/**
 * Reads a pushed report, or several in an array (docs/providers/etelecom.md §7). No document describes the body: names come in
 * any letters and counts as numbers or texts. What of an array cannot be read is left out, since it can be asked for.
 */
export function readPush(body: string): Push {
  const reports = eventsOf(body).flatMap((event) => pushed(event) ?? []);
  if (reports.length === 0) return { kind: "unreadable", why: "no_report" };
  return {
    kind: "reports",
    reports,
    acknowledge: () => ({ status: 200, contentType: "application/json", body: "{}" }),
  };
}

function eventsOf(body: string): Fields[] {
  const json = parseJson(body);
  // The parameters may come as the documents print them in a status answer, which is no JSON.
  const events = Array.isArray(json) ? json.map(fieldsOf) : [readStatus(body)?.fields];
  return events.filter((event) => event !== undefined);
}

function pushed(fields: Fields): PushedReport | undefined {
  const providerId = ProviderId.parse(fields["idomnimess"]);
  if (providerId === undefined || !hasStatus(fields)) return undefined;
  return { providerId, report: reportOf(StatusReply.parse(fields), false) };
}
