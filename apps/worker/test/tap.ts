import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Stands before a server and keeps what goes over the wire to it. */
export interface Tap extends AsyncDisposable {
  readonly port: number;
  /** Everything that was written to the server, as it went over the wire. */
  heard(): string;
}

export async function openTap(url: string): Promise<Tap> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on("error", () => {}));
    near.on("data", (chunk: Buffer) => chunks.push(chunk));
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    heard: () => Buffer.concat(chunks).toString("latin1"),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
