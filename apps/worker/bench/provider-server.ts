import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openReceipts, STAYS_OPEN } from "./receipts.ts";

/**
 * A provider that costs as little as one can in Node: takes every message and reports each as delivered, in the form of
 * Webcom's answers, or of those that Kannel is told to read. Run as a process of its own, so that its work is not counted as
 * anybody else's. `GET /sends` tells when each send request of Webcom's form arrived, epoch milliseconds, what it said, and the
 * status of the answer. After `/limit/25` no second sees more than 25 of them taken: what is too much is answered 429. `POST
 * /receipts` says where receipts go. A message with the text `STAYS_OPEN` is never reported.
 */
const sends: [at: number, body: string, status: number][] = [];
let limit = Number.POSITIVE_INFINITY;
let lately: number[] = [];
const open = new Set<number>();
const receipts = openReceipts();
let taken = 0;
/** When this process went on after it had stood still: to it all that came meanwhile came then. */
const pauses: number[] = [];
let beatAt: number | undefined;

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now();
  const { url = "" } = request;
  if (url.startsWith("/kannel?")) {
    taken += 1;
    response.end(`taken ${taken}`);
    receipts.taken(taken);
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    const body = Buffer.concat(chunks).toString();
    if (url === "/json") {
      if (isTooMuch(at)) {
        sends.push([at, body, 429]);
        response.writeHead(429, { "retry-after": "1" }).end("{}");
        return;
      }
      taken += 1;
      sends.push([at, body, 200]);
      response.end(`{"information":{"state":"send","id_sms":"${taken}"}}`);
      if (body.includes(STAYS_OPEN)) open.add(taken);
      else receipts.taken(taken);
      return;
    }
    if (url === "/json/state.php") {
      response.end(JSON.stringify((JSON.parse(body) as { readonly id_sms: number }[]).map(stateOf)));
      return;
    }
    const wanted = /^\/limit\/(\d+)$/.exec(url);
    if (wanted !== null) limit = Number(wanted[1]);
    else if (url === "/receipts") receipts.goTo(JSON.parse(body));
    else if (url === "/pauses") watchPauses();
    else if (url !== "/sends") response.statusCode = 404;
    response.end(JSON.stringify({ "/sends": sends, "/pauses": pauses }[url] ?? {}));
  });
});
server.keepAliveTimeout = 60_000;
process.stdin.resume().on("close", () => process.exit());
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

const BEAT_MS = 5;
const PAUSE_MS = 15;

function watchPauses(): void {
  if (beatAt !== undefined) return;
  beatAt = performance.now();
  setInterval(() => {
    const [now, before] = [performance.now(), beatAt ?? 0];
    if (now - before > BEAT_MS + PAUSE_MS) pauses.push(performance.timeOrigin + now);
    beatAt = now;
  }, BEAT_MS);
}

function isTooMuch(at: number): boolean {
  if (limit === Number.POSITIVE_INFINITY) return false;
  lately = lately.filter((one) => one > at - 1000);
  if (lately.length >= limit) return true;
  lately.push(at);
  return false;
}

function stateOf({ id_sms }: { readonly id_sms: number }) {
  return { id_sms: String(id_sms), state: open.has(id_sms) ? "send" : "deliver" };
}
