import type { Report, StatusAnswer } from "@hermod/core/report";
import { chunks } from "../../src/chunks.ts";
import type { Http } from "../../src/http.ts";
import { unavailable } from "../../src/http-evidence.ts";
import { parseJson } from "../../src/json.ts";
import { withoutSecrets } from "../../src/plain-text.ts";
import type { FollowedMessage, Push } from "../../src/provider.ts";
import { STATES } from "./codes.ts";
import type { PigeonAccount } from "./config.ts";
import { Item, StatusReply } from "./wire.ts";

export const MOST_ASKED = 50;

export async function askAll(
  http: Http,
  account: PigeonAccount,
  messages: readonly FollowedMessage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StatusAnswer>> {
  const batches = chunks(messages, MOST_ASKED);
  const told = await Promise.all(batches.map((batch) => askBatch(http, account, batch, signal)));
  return new Map(told.flat());
}

async function askBatch(
  http: Http,
  { key }: PigeonAccount,
  batch: readonly FollowedMessage[],
  signal: AbortSignal,
): Promise<(readonly [id: string, answer: StatusAnswer])[]> {
  const body = JSON.stringify({ ids: batch.map(({ providerId }) => providerId) });
  const headers = { "x-key": key.reveal(), "content-type": "application/json" };
  const result = await http.request({ method: "POST", path: "/status", headers, body }, signal);
  const items = result.kind === "answer" ? itemsOf(result.text, [key.reveal()]) : undefined;
  const nothing: StatusAnswer = unavailable(result) ?? {
    kind: "unavailable",
    reason: items === undefined ? "not_understood" : "not_in_answer",
  };
  return batch.map(({ id, providerId }) => {
    const [item, ...more] = items?.filter((other) => other.id === providerId) ?? [];
    const isTold = item !== undefined && more.length === 0 && unavailable(result) === undefined;
    return [id, isTold ? { kind: "report", report: reportOf(item) } : nothing];
  });
}

export function readPush(body: string): Push {
  const items = itemsOf(body, []);
  if (items === undefined) return { kind: "unreadable", why: "not_understood" };
  return {
    kind: "reports",
    reports: items.map((item) => ({ providerId: item.id, report: reportOf(item) })),
    acknowledge: () => ({ status: 200, contentType: "text/plain", body: "" }),
  };
}

function itemsOf(text: string, secrets: readonly string[]): readonly Item[] | undefined {
  const { data } = StatusReply.safeParse(parseJson(text));
  return data?.messages.flatMap((message) => {
    const item = Item.safeParse(message).data;
    return item === undefined || !("state" in withoutSecrets(item, secrets)) ? [] : [item];
  });
}

function reportOf({ state, parts }: Item): Report {
  return {
    kind: STATES.get(state) ?? "unmapped",
    word: state,
    ...(parts === undefined ? {} : { parts }),
  };
}
