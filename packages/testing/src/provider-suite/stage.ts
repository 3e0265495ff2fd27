import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { CERTIFICATE_FILE, openRawServer } from "../raw-server.ts";
import { onRequest, responseOf, type WireAnswer, type WireRequest } from "../wire.ts";
import type { Call } from "./calls.ts";
import { type Mishap, tlsOf } from "./mishaps.ts";
import type { Adapter, Subject } from "./subject.ts";

/** An adapter and the server it speaks to. */
export interface Stage extends AsyncDisposable {
  readonly baseUrl: string;
  readonly adapter: Adapter;
  /** The requests of the call that came in. */
  readonly requests: readonly WireRequest[];
  /** Everything that came in, whole or not. */
  received(): string;
  /** How many connections were made. */
  connections(): number;
  /** Whether a byte of a request of the call was written, by an independent witness. */
  wasWritten(): boolean;
}

interface Staging extends Partial<Omit<Mishap, "reply">> {
  /** What the server does with a request of the call; gives the right answer where absent. */
  readonly reply?: (socket: Socket, right: WireAnswer, request: WireRequest, nth: number) => void;
  readonly connections?: number;
  /** Called once the adapter's side has read the head of an answer to the call. */
  readonly onHead?: () => void;
}

/** A request as undici's diagnostics channels tell of it. */
interface Witnessed {
  readonly request: { readonly origin: unknown; readonly method: string; readonly path: string };
}

/** Longer than any test: only what is meant to end at the deadline does. */
const FAR_MS = 60_000;
const NEAR_MS = 800;

/** Opens a server that lets the adapter in, answers by the provider's document, and replies to one call as it is told. */
export async function openStage(subject: Subject, call: Call, staging: Staging = {}): Promise<Stage> {
  const { connections = 4, connection, https, endless = false } = staging;
  const { isOwn = () => true, answer } = call.operation;
  const reply = staging.reply ?? ((socket, right) => void socket.write(responseOf(right)));
  const requests: WireRequest[] = [];
  const behaviour = onRequest((socket, request) => {
    const door = subject.admit?.(request);
    if (door !== undefined || !isOwn(request)) {
      socket.write(responseOf(door ?? answer(request)));
      return;
    }
    requests.push(request);
    reply(socket, answer(request), request, requests.length);
  });
  const server = await openRawServer(connection ?? behaviour, tlsOf(staging));
  const baseUrl = addressOf(server.port, staging);
  const adapter = subject.open({
    baseUrl,
    connections,
    timeoutMs: endless ? NEAR_MS : FAR_MS,
    ...(https?.trusted === true ? { caFile: CERTIFICATE_FILE } : {}),
  });
  const isWitnessed = ({ request }: Witnessed) => String(request.origin) === baseUrl && isOwn(request);
  let written = false;
  // Published directly before the first byte of a request, and directly before anybody is told of the head of its answer.
  const onWrite = (message: unknown) => {
    written ||= isWitnessed(message as Witnessed);
  };
  const onHead = (message: unknown) => {
    if (staging.onHead !== undefined && isWitnessed(message as Witnessed)) setImmediate(staging.onHead);
  };
  subscribe("undici:client:sendHeaders", onWrite);
  subscribe("undici:request:headers", onHead);
  return {
    baseUrl,
    adapter,
    requests,
    connections: () => server.received.length,
    received: () => server.received.join(""),
    wasWritten: () => written,
    async [Symbol.asyncDispose]() {
      unsubscribe("undici:client:sendHeaders", onWrite);
      unsubscribe("undici:request:headers", onHead);
      await adapter[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function addressOf(port: number, { nobody, https }: Staging): string {
  // Below those that a system gives out, so that nobody else takes it meanwhile.
  if (nobody === "port") return "http://127.0.0.1:1";
  // A label of more than 63 letters cannot be asked for anywhere, so that no resolver is troubled with it.
  if (nobody === "name") return `http://${"nobody".repeat(11)}.invalid:${port}`;
  return https === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
}
