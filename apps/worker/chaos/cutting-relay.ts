import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** The way from the processes to Redis, which can be cut. */
export interface CuttingRelay extends AsyncDisposable {
  readonly url: string;
  /** Ends a share of the connections at once. */
  cut(share: number, chance: () => number): void;
  /** Redis hears a share of the connections, and they do not hear its answers any more; then they end. */
  loseAnswers(share: number, chance: () => number, forMs: number): void;
  /** From now on nothing passes on the connections there are, and nobody is told; new ones work. */
  silence(): void;
  /** Holds back whatever is said until it heals, on new connections as well. */
  part(): void;
  heal(): void;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** The near side is told nothing any more. */
  deaf: boolean;
  /** Nor is the far side. */
  mute: boolean;
}

export async function openCuttingRelay(target: string): Promise<CuttingRelay> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Pair>();
  let parted = false;
  const server = createServer((near) => {
    const pair = { near, far: connect(Number(port), hostname), deaf: false, mute: false };
    const { far } = pair;
    pairs.add(pair);
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.on("data", (bytes) => pair.mute || far.write(bytes));
    far.on("data", (bytes) => pair.deaf || near.write(bytes));
    for (const socket of [near, far]) {
      socket.on("error", () => {});
      if (parted) socket.pause();
      socket.on("close", () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const chosen = (share: number, chance: () => number) => [...pairs].filter(() => chance() < share);
  return {
    url: `redis://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    cut(share, chance) {
      for (const { near } of chosen(share, chance)) near.resetAndDestroy();
    },
    loseAnswers(share, chance, forMs) {
      const some = chosen(share, chance);
      for (const pair of some) pair.deaf = true;
      setTimeout(() => {
        for (const { near } of some) near.resetAndDestroy();
      }, forMs);
    },
    silence() {
      for (const pair of pairs) {
        pair.deaf = true;
        pair.mute = true;
      }
    },
    part() {
      parted = true;
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.pause();
    },
    heal() {
      parted = false;
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy();
    },
  };
}
