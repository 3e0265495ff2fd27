import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports of our Redis servers and what systems hand out by themselves (Linux from 32768, macOS from
 * 49152): nobody's outgoing connection takes the port before the process that it is for listens.
 */
const FIRST = 10_000;
const COUNT = 10_000;
const TRIES = 100;

/** By chance, so that test files that run at the same time do not go through the same ones. */
let next = Math.floor(Math.random() * COUNT);

/** A port on this machine that nobody listens on; never the same one again for this process. */
export async function freePort(): Promise<number> {
  for (let tried = 1; ; tried++) {
    const port = FIRST + (next++ % COUNT);
    try {
      const server = createServer().listen(port);
      await once(server, "listening");
      server.close();
      await once(server, "close");
      return port;
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
}
