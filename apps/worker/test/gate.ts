import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * Stands before a Redis and can shut: from then on nothing passes and nothing is answered, as with a frozen
 * server, whose kernel still takes connections and bytes.
 */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** Connections that were made, also those that are over. */
  connections(): number;
  shut(): void;
  isShut(): boolean;
  /** Lets no new connection through; those that are there stay. */
  refuse(): void;
  admit(): void;
  /** Bytes that came from the near side since it was shut. */
  swallowed(): number;
  /** How many answers were lost. */
  lost(): number;
}

export interface GateOptions {
  /** Shuts before the first bytes that this matches. */
  readonly shutsBefore?: RegExp;
  /** Each of these happens once: Redis hears the first bytes that match, and its answer is lost with the connection. */
  readonly losesAnswerTo?: readonly RegExp[];
}

/** A gate before the Redis at `redisUrl`. */
export async function openGate(
  redisUrl: string,
  { shutsBefore, losesAnswerTo = [] }: GateOptions = {},
): Promise<Gate> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let shut = false;
  let connections = 0;
  let swallowed = 0;
  let refuses = false;
  let lost = 0;
  const toLose = new Set(losesAnswerTo);
  const server = createServer((near) => {
    connections += 1;
    if (refuses) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    let losesNext = false;
    const pass = (to: Socket) => (bytes: Buffer) => {
      const words = to === far ? [...toLose].find((one) => one.test(bytes.toString("latin1"))) : undefined;
      if (words !== undefined) losesNext = toLose.delete(words);
      if (losesNext && to === near) {
        lost += 1;
        near.resetAndDestroy();
        return;
      }
      if (shutsBefore?.test(bytes.toString("latin1"))) shut = true;
      if (!shut) to.write(bytes);
      else if (to === far) swallowed += bytes.length;
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", pass(to));
      from.on("error", () => {});
      from.on("close", () => shut || to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const ownPort = typeof address === "object" ? address?.port : undefined;
  return {
    url: `redis://127.0.0.1:${ownPort}`,
    connections: () => connections,
    shut() {
      shut = true;
    },
    isShut: () => shut,
    refuse() {
      refuses = true;
    },
    admit() {
      refuses = false;
    },
    swallowed: () => swallowed,
    lost: () => lost,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
