import { connect } from "node:net";
import { createInterface } from "node:readline";

/** Gives a Redis one order, as the user in its address, and waits for its answer. */
export async function orderRedis(url: string, words: string): Promise<void> {
  const answer = await answerTo(url, words);
  if (answer !== "+OK") throw new Error(`${words}: ${answer}`);
}

/** The first line that a Redis answers to an order of the user in its address. */
export async function answerTo(url: string, words: string): Promise<string> {
  const { hostname, port, username, password } = new URL(url);
  const orders = password === "" ? [words] : [`AUTH ${username || "default"} ${password}`, words];
  const socket = connect(Number(port), hostname);
  socket.write(orders.map((order) => `${order}\r\n`).join(""));
  const answers: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    answers.push(line);
    if (answers.length === orders.length) break;
  }
  socket.destroy();
  return answers.at(-1) ?? "";
}
