import { Pool } from "undici";

/** Where receipts go. */
export interface ReceiptTarget {
  readonly url: string;
  /** An array of states as Webcom pushes them, or a request for each as Kannel's HTTP SMSC takes them. */
  readonly form: "webcom" | "kannel";
  /** Most in one request; of Kannel's form one. */
  readonly most: number;
}

export interface Receipts {
  /** Where those go that become due from now on; nowhere when null. */
  goTo(target: ReceiptTarget | null): void;
  /** A message was taken, and a receipt will be due. */
  taken(id: number): void;
}

/** The text of a message of which nothing is ever told. */
export const STAYS_OPEN =
  "Your order stays open: nobody will ever tell whether this message, as long as all others, has arrived.";

/** Late enough for whoever sent the message to have read that it was taken. */
const AFTER_MS = 300;
const EVERY_MS = 20;
const CONNECTIONS = 16;

/** Receipts of delivery. What is not acknowledged goes again. */
export function openReceipts(): Receipts {
  let target: ReceiptTarget | null = null;
  let pool: Pool | undefined;
  let waiting: (readonly [id: number, dueAt: number])[] = [];
  let due: number[] = [];
  let busy = 0;

  const push = async (ids: readonly number[], { form, url }: ReceiptTarget, through: Pool): Promise<void> => {
    busy += 1;
    const kept = await requestOf(form, new URL(url).pathname, ids, through).catch(() => ids);
    const again = performance.now() + AFTER_MS;
    waiting.push(...kept.map((id) => [id, again] as const));
    busy -= 1;
    pushDue();
  };
  const pushDue = (): void => {
    while (due.length > 0 && busy < CONNECTIONS && target !== null && pool !== undefined)
      void push(due.splice(0, target.most), target, pool);
  };
  setInterval(() => {
    const now = performance.now();
    const later = waiting.findIndex(([, dueAt]) => dueAt > now);
    const some = waiting.splice(0, later === -1 ? waiting.length : later);
    due.push(...some.map(([id]) => id));
    pushDue();
  }, EVERY_MS).unref();

  return {
    goTo(next) {
      void pool?.close();
      [waiting, due] = [[], []];
      target = next;
      pool = next === null ? undefined : new Pool(new URL(next.url).origin, { connections: CONNECTIONS });
    },
    taken(id) {
      if (target !== null) waiting.push([id, performance.now() + AFTER_MS]);
    },
  };
}

/** Tells of these, and returns those that were not acknowledged. */
async function requestOf(
  form: ReceiptTarget["form"],
  path: string,
  ids: readonly number[],
  pool: Pool,
): Promise<readonly number[]> {
  if (form === "kannel") {
    const query = `username=bench&password=bench&from=Bench&to=84836106872&dlr-mid=${ids[0]}&dlr-mask=1`;
    const { statusCode, body } = await pool.request({ method: "GET", path: `${path}?${query}` });
    // It knows a message only once it has read that it was taken.
    return statusCode < 300 && (await body.text()) === "Sent" ? [] : ids;
  }
  const time = new Date(Date.now() + MOSCOW_MS).toISOString().slice(0, 19).replace("T", " ");
  const { statusCode, body } = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "text/json; charset=utf-8" },
    body: JSON.stringify(ids.map((id) => ({ id_sms: String(id), time, state: "deliver" }))),
  });
  const text = await body.text();
  if (statusCode >= 300) return ids;
  const acknowledged = new Set((JSON.parse(text) as { id_sms: number }[]).map(({ id_sms }) => id_sms));
  return ids.filter((id) => !acknowledged.has(id));
}

/** What its account's clock is ahead of UTC. */
const MOSCOW_MS = 3 * 3_600_000;
