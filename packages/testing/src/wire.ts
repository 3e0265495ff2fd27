import type { Socket } from "node:net";
import type { Behaviour } from "./raw-server.ts";

/** A whole request, as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** The request target. */
  readonly path: string;
  /** By small-letter name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer, to be written as it stands. */
export interface WireAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Calls `reply` once for each whole request of a connection; `count` is 1 for its first. */
export function onRequest(reply: (socket: Socket, request: WireRequest, count: number) => void): Behaviour {
  const read = new WeakMap<Socket, { length: number; count: number }>();
  return {
    onData(socket, received) {
      const state = read.get(socket) ?? { length: 0, count: 0 };
      read.set(socket, state);
      for (;;) {
        const request = firstRequest(received.slice(state.length));
        if (request === undefined) return;
        state.length += request.length;
        state.count += 1;
        reply(socket, request, state.count);
      }
    },
  };
}

/** The bytes of a response. */
export function responseOf({ status, headers = {}, body }: WireAnswer): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const fields = Object.entries({ ...headers, "content-length": String(bytes.length) });
  const head = [`HTTP/1.1 ${status} Status`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""];
  return Buffer.concat([Buffer.from(head.join("\r\n"), "latin1"), bytes]);
}

function firstRequest(bytes: string): (WireRequest & { readonly length: number }) | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...fields] = bytes.slice(0, end).split("\r\n");
  const [method = "", path = ""] = line.split(" ");
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const length = end + 4 + Number(headers["content-length"] ?? 0);
  if (bytes.length < length) return undefined;
  return {
    method,
    path,
    headers,
    body: Buffer.from(bytes.slice(end + 4, length), "latin1").toString(),
    length,
  };
}
