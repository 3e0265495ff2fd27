import { gzipSync } from "node:zlib";
import type { WireAnswer } from "../wire.ts";
import { withValues } from "./mutations.ts";

/** A whole answer that proves nothing. */
export interface WorthlessAnswer {
  readonly title: string;
  readonly make: (right: WireAnswer) => WireAnswer;
  /** The right answer is still in it: a reader of reports may also take it for what it is. A reader of outcomes may not. */
  readonly readable?: true;
  /** The right answer under a status that contradicts it. */
  readonly contradicted?: true;
}

const HTML = "<!DOCTYPE html><html><body><h1>200 OK</h1></body></html>";
const ok = (body: string | Buffer): WireAnswer => ({ status: 200, body });
const text = ({ body }: WireAnswer) => body.toString();

export const WORTHLESS_ANSWERS: readonly WorthlessAnswer[] = [
  { title: "HTML", make: () => ({ ...ok(HTML), headers: { "content-type": "text/html" } }) },
  { title: "an empty body", make: () => ok("") },
  { title: "null", make: () => ok("null") },
  { title: "an empty array", make: () => ok("[]") },
  { title: "an array of something else", make: () => ok('[null, 7, "ok", [], {}]') },
  { title: "a bare text", make: () => ok('"ok"') },
  { title: "a bare number", make: () => ok("1") },
  { title: "an empty object", make: () => ok("{}") },
  { title: "cut JSON", make: (right) => ok(text(right).slice(0, text(right).length / 2)) },
  { title: "JSON without its last byte", make: (right) => ok(text(right).trim().slice(0, -1)) },
  { title: "the answer twice", make: (right) => ok(text(right).repeat(2)), readable: true },
  { title: "a byte order mark", make: (right) => ok(`\uFEFF${text(right)}`), readable: true },
  {
    title: "bytes that are not UTF-8",
    make: (right) => ok(Buffer.from(text(right).replace('"', '"\xff'), "latin1")),
  },
  {
    title: "a compressed body nobody asked for",
    make: (right) => ({ ...ok(gzipSync(right.body)), headers: { "content-encoding": "gzip" } }),
  },
  { title: "values that are objects", make: (right) => ok(withValues(text(right), () => ({}))) },
  { title: "values that are arrays", make: (right) => ok(withValues(text(right), () => [])) },
  { title: "values that are true", make: (right) => ok(withValues(text(right), () => true)) },
  { title: "values by inheritance", make: (right) => ok(`{"__proto__":${text(right)}}`) },
  { title: "60,000 brackets", make: () => ok("[".repeat(60_000)) },
  { title: "30,000 arrays within one another", make: () => ok("[".repeat(30_000) + "]".repeat(30_000)) },
  ...[400, 408, 418, 500, 502, 503, 504].map((status) => ({
    title: `HTTP ${status} with HTML`,
    make: () => ({ status, body: HTML }),
  })),
  { title: "HTTP 204", make: () => ({ status: 204, body: "" }) },
  { title: "HTTP 500 with an empty body", make: () => ({ status: 500, body: "" }) },
  {
    title: "HTTP 503 with a body of success",
    make: (right) => ({ ...right, status: 503 }),
    contradicted: true,
  },
];
