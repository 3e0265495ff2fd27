import type { Push, PushedReport } from "../provider.ts";
import { reportOf } from "./read-report.ts";
import { type Fields, fieldsOf, fullNumber, idOf, parseJson } from "./wire.ts";

/**
 * Reads a pushed event (docs/providers/bitel.md §5): one in each request, of a form and with an answer that no document tells.
 * Nothing signs it, so that it is worth as much as the secrecy of the address it came to.
 */
export function readPush(body: string): Push {
  const fields = eventOf(body);
  if (fields === undefined) return { kind: "unreadable", why: "not_understood" };
  const providerId = idOf(fields["requestid"]) ?? idOf(fields["id"]);
  const batchId = idOf(fields["batchid"]);
  if (providerId === undefined && batchId === undefined) return { kind: "unreadable", why: "no_id" };
  const report = reportOf(fields);
  if (report === undefined) return { kind: "unreadable", why: "no_status" };
  const to = fullNumber(fields["phonenumber"]);
  const event: PushedReport = {
    ...(providerId === undefined ? {} : { providerId }),
    ...(batchId === undefined ? {} : { batchId }),
    ...(to === undefined ? {} : { to }),
    report,
  };
  return {
    kind: "reports",
    reports: [event],
    acknowledge: () => ({ status: 200, contentType: "application/json", body: "{}" }),
  };
}

/** The fields of a JSON object, possibly within `{ result: … }`, or of a form. */
function eventOf(body: string): Fields | undefined {
  const json = fieldsOf(parseJson(body));
  if (json !== undefined) return fieldsOf(json["result"]) ?? json;
  if (!/^\s*[A-Za-z_]+=/.test(body)) return undefined;
  const pairs = [...new URLSearchParams(body.trim())];
  const form = fieldsOf(Object.fromEntries(pairs));
  return form !== undefined && Object.keys(form).length === pairs.length ? form : undefined;
}
