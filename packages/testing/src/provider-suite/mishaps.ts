import type { Socket } from "node:net";
import { type Behaviour, CERTIFICATE_FILE, ELSEWHERE_CERTIFICATE_FILE } from "../raw-server.ts";
import { responseOf, type WireAnswer } from "../wire.ts";

/** What a server does, in place of the answer that it should give, with a whole request. */
type Reply = (socket: Socket, right: WireAnswer) => void;

/** A request that gets no whole answer, and how far it is proven to have come. */
export interface Mishap {
  readonly title: string;
  /** `witnessed` is a race between a reset and the write: what is told must fit what was written. */
  readonly phase: "connect" | "headers" | "body" | "witnessed";
  /** The word for it. */
  readonly detail?: RegExp;
  readonly reply?: Reply;
  /** What happens to the connection, whatever is written. */
  readonly connection?: Behaviour;
  /** Nothing listens: the port is closed, or the name is nobody's. */
  readonly nobody?: "port" | "name";
  /** `https://localhost`: the certificate that stands there, or none, and whether the account trusts ours (`caFile`). */
  readonly https?: { readonly shows: "ours" | "another" | "none"; readonly trusted: boolean };
  /** Ends at the deadline, which is then near. */
  readonly endless?: true;
}

const DEADLINE = { detail: /^deadline$/, endless: true } as const;
const reset = (socket: Socket) => socket.resetAndDestroy();
const write =
  (bytes: string): Reply =>
  (socket) =>
    void socket.write(bytes);
const writeEnd =
  (bytes: string): Reply =>
  (socket) =>
    void socket.end(bytes);

function drip(head: string, byte: string): Reply {
  return (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(byte), 20);
    socket.on("close", () => clearInterval(timer));
  };
}

function flood(head: string, bytes: string): Reply {
  return (socket) => {
    socket.write(head);
    const pour = () => {
      while (!socket.destroyed && socket.write(bytes));
    };
    socket.on("drain", pour);
    pour();
  };
}

/** The right answer, as far as half of its body. */
const half: Reply = (socket, right) => {
  const bytes = responseOf(right);
  const body = bytes.indexOf("\r\n\r\n") + 4;
  socket.write(bytes.subarray(0, body + Math.ceil((bytes.length - body) / 2)));
};

const PLENTY = "x".repeat(16_384);
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const PLAIN = { shows: "none", trusted: false } as const;

/** Every way to get no whole answer that was measured, and a few more. */
export const MISHAPS: readonly Mishap[] = [
  { title: "a closed port", phase: "connect", detail: /^ECONNREFUSED$/, nobody: "port" },
  { title: "a name that is nobody's", phase: "connect", detail: /^(?:ENOTFOUND|EAI_\w+)$/, nobody: "name" },
  {
    title: "a certificate nobody vouches for",
    phase: "connect",
    detail: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    https: { shows: "ours", trusted: false },
  },
  {
    title: "a certificate for another host",
    phase: "connect",
    detail: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    https: { shows: "another", trusted: true },
  },
  {
    title: "plain HTTP on a TLS port",
    phase: "connect",
    detail: /SSL/,
    https: PLAIN,
    connection: { onData: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n") },
  },
  {
    title: "a reset within the TLS handshake",
    phase: "connect",
    detail: /^ECONNRESET$/,
    https: PLAIN,
    connection: { onData: reset },
  },
  { title: "a TLS handshake that hangs", phase: "connect", ...DEADLINE, https: PLAIN, connection: {} },
  {
    title: "an end after the TLS request",
    phase: "headers",
    detail: /^UND_ERR_SOCKET$/,
    https: { shows: "ours", trusted: true },
    reply: (socket) => void socket.destroy(),
  },
  { title: "a reset at accept", phase: "witnessed", connection: { onConnection: reset } },
  {
    title: "an end right after accept",
    phase: "witnessed",
    connection: { onConnection: (socket) => void socket.end() },
  },
  { title: "no answer", phase: "headers", ...DEADLINE, reply: () => {} },
  { title: "a reset after the request", phase: "headers", detail: /^ECONNRESET$/, reply: reset },
  { title: "an end without an answer", phase: "headers", detail: /^UND_ERR_SOCKET$/, reply: writeEnd("") },
  { title: "headers that drip", phase: "headers", ...DEADLINE, reply: drip("HTTP/1.1 200 OK\r\nx: ", "x") },
  {
    title: "informational answers without end",
    phase: "headers",
    ...DEADLINE,
    reply: drip("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
  },
  {
    title: "garbage",
    phase: "headers",
    detail: /^HTTPParserError$/,
    reply: write("\x00\x01 garbage\r\n\r\n"),
  },
  {
    title: "an unsolicited 100",
    phase: "headers",
    detail: /^UND_ERR_SOCKET$/,
    reply: write("HTTP/1.1 100 Continue\r\n\r\n"),
  },
  {
    title: "a 101",
    phase: "headers",
    reply: write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  },
  {
    title: "40 KB of headers",
    phase: "headers",
    detail: /^UND_ERR_HEADERS_OVERFLOW$/,
    reply: write(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(40_960)}\r\n\r\n`),
  },
  {
    title: "a body shorter than its length",
    phase: "body",
    detail: /^UND_ERR_SOCKET$/,
    reply: (socket, right) => {
      half(socket, right);
      socket.end();
    },
  },
  {
    title: "a chunked body cut off",
    phase: "body",
    detail: /^UND_ERR_SOCKET$/,
    reply: writeEnd(`${CHUNKED}4\r\n{"a"`),
  },
  { title: "a body that stalls", phase: "body", ...DEADLINE, reply: half },
  {
    title: "a body that drips",
    phase: "body",
    ...DEADLINE,
    reply: drip("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n", " "),
  },
  {
    title: "a body without end",
    phase: "body",
    detail: /^UND_ERR_RES_EXCEEDED_MAX_SIZE$/,
    reply: flood("HTTP/1.1 200 OK\r\n\r\n", PLENTY),
  },
  {
    title: "a chunked body without end",
    phase: "body",
    detail: /^UND_ERR_RES_EXCEEDED_MAX_SIZE$/,
    reply: flood(CHUNKED, `4000\r\n${PLENTY}\r\n`),
  },
  {
    title: "a body of 10 MB",
    phase: "body",
    detail: /^UND_ERR_RES_EXCEEDED_MAX_SIZE$/,
    reply: flood("HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n", PLENTY),
  },
];

/** How the server of a mishap is opened. */
export function tlsOf({ https }: Pick<Mishap, "https">): { tls: boolean; certificate: string } {
  const certificate = https?.shows === "another" ? ELSEWHERE_CERTIFICATE_FILE : CERTIFICATE_FILE;
  return { tls: https !== undefined && https.shows !== "none", certificate };
}
