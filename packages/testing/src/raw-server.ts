import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

/** The certificate of `https://localhost`, signed by itself; for `caFile`. Valid for a hundred years, and for tests alone. */
export const CERTIFICATE_FILE = join(import.meta.dirname, "localhost.test-cert.pem");
/** The same of 127.0.0.1, with the same key. */
export const LOOPBACK_CERTIFICATE_FILE = join(import.meta.dirname, "loopback.test-cert.pem");
/** Its key. */
export const KEY_FILE = join(import.meta.dirname, "localhost.test-key.pem");

/** Signed by itself as well, for no host at all and no authority: what a gateway brings from its factory. */
export const BOX_CERTIFICATE_FILE = join(import.meta.dirname, "box.test-cert.pem");

/** Issued by the first one, for another host. */
export const ELSEWHERE_CERTIFICATE_FILE = join(import.meta.dirname, "elsewhere.test-cert.pem");

/** What a raw server does with a connection; `received` is everything the connection has brought so far. */
export interface Behaviour {
  readonly onConnection?: (socket: Socket) => void;
  readonly onData?: (socket: Socket, received: string) => void;
}

/** A server that speaks bytes, not HTTP, so that it can break off anywhere. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** Everything received, decrypted, one text for each connection. */
  readonly received: readonly string[];
}

/** `handshakes`: how many TLS handshakes are completed; those after them hang. `certificate`: the file of the one it shows. */
export async function openRawServer(
  behaviour: Behaviour,
  { tls = false, handshakes = Number.POSITIVE_INFINITY, certificate = CERTIFICATE_FILE } = {},
): Promise<RawServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    const index = received.push("") - 1;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      received[index] += chunk.toString("latin1");
      behaviour.onData?.(socket, received[index] ?? "");
    });
    behaviour.onConnection?.(socket);
  };
  const secure = tls ? openTlsServer(certificate).on("secureConnection", accept) : undefined;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => {}));
    if (!secure) accept(socket);
    // Handed over here and not by SNICallback, which a resumed session does not ask.
    else if (connections <= handshakes) secure.emit("connection", socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openTlsServer(certificate: string): Server {
  return createTlsServer({
    key: readFileSync(KEY_FILE),
    cert: readFileSync(certificate),
    // It would rather speak HTTP/2, so that a client that offers it is found out.
    ALPNProtocols: ["h2", "http/1.1"],
  }).on("tlsClientError", () => {});
}
