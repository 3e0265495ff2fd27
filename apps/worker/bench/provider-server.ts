import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A provider that costs as little as one can in Node: takes every message and reports each as delivered, in the form of Webcom's
 * answers. Run as a process of its own, so that its work is not counted as anybody else's. `GET /sends` tells when each send
 * request arrived, epoch milliseconds, what it said, and the status of the answer. After `/limit/25` no second sees more than 25 of them
 * taken: what is too much is answered 429.
 */
const sends: [at: number, body: string, status: number][] = [];
let limit = Number.POSITIVE_INFINITY;
let lately: number[] = [];
let taken = 0;

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now();
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/sends") {
      response.end(JSON.stringify(sends));
      return;
    }
    const wanted = /^\/limit\/(\d+)$/.exec(request.url ?? "");
    if (wanted !== null) {
      limit = Number(wanted[1]);
      response.end("{}");
      return;
    }
    const body = Buffer.concat(chunks).toString();
    if (request.url === "/json") {
      lately = lately.filter((one) => one > at - 1000);
      if (lately.length >= limit) {
        sends.push([at, body, 429]);
        response.writeHead(429, { "retry-after": "1" }).end("{}");
        return;
      }
      lately.push(at);
      taken += 1;
      sends.push([at, body, 200]);
      response.end(`{"information":{"state":"send","id_sms":"${taken}"}}`);
      return;
    }
    if (request.url !== "/json/state.php") {
      response.writeHead(404).end();
      return;
    }
    const asked = JSON.parse(body) as { readonly id_sms: number }[];
    response.end(JSON.stringify(asked.map(({ id_sms }) => ({ id_sms: String(id_sms), state: "deliver" }))));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
