import { once } from "node:events";
import { connect } from "node:net";

/** Gives a Redis one order and waits for its answer. */
export async function orderRedis(url: string, words: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`${words}\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  if (answer.toString() !== "+OK\r\n") throw new Error(`${words}: ${answer}`);
}
