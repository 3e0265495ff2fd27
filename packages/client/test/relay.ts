import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to Redis that can be slow, and can stop carrying anything while its connections stay open. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
}

export interface RelayOptions {
  /** How late everything is that goes towards Redis. */
  readonly lateMs?: number;
  /** Nothing is carried any more from the first bytes on that hold this. */
  readonly freezeAt?: RegExp;
}

export async function openRelay(target: string, { lateMs = 0, freezeAt }: RelayOptions): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on("error", () => {}));
    near.on("close", () => far.destroy());
    near.on("data", (bytes) => {
      frozen ||= freezeAt?.test(bytes.toString("latin1")) === true;
      setTimeout(() => frozen || far.write(bytes), lateMs);
    });
    far.on("data", (bytes) => frozen || near.write(bytes));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
