import { parseArgs } from "node:util";
import { measureBullmq } from "./bullmq.ts";
import { measureHermod } from "./hermod.ts";

/** Figures of one round: messages or jobs a second, and bytes of Redis for one that is open. */
export interface Figures {
  readonly enqueuedPerSecond: number;
  readonly walkedPerSecond: number;
  readonly bytesWaiting: number;
  readonly bytesFollowed?: number;
}

const { values } = parseArgs({
  options: { messages: { type: "string", default: "10000" }, rounds: { type: "string", default: "3" } },
});
const messages = Number(values.messages);
const rounds = Number(values.rounds);

const hermod: Figures[] = [];
const bullmq: Figures[] = [];
for (let round = 1; round <= rounds; round += 1) {
  console.log(`round ${round} of ${rounds}, ${messages} messages`);
  // One after the other in each round, so that whatever else the machine does meets both.
  bullmq.push(await measureBullmq(messages));
  hermod.push(await measureHermod(messages));
}

const rows = [
  row("enqueue, per second", "enqueuedPerSecond"),
  row("whole walk, per second", "walkedPerSecond"),
  row("bytes of Redis, waiting to be sent", "bytesWaiting"),
  row("bytes of Redis, waiting for a report", "bytesFollowed"),
];
console.log(
  `\nmedians of ${rounds} rounds, ${messages} messages each, Node ${process.version}, ${process.arch}`,
);
console.table(Object.fromEntries(rows));
console.log("BullMQ: a job for each message with nothing but its id, and a worker that does nothing.");
console.log("Hermod: record, intent, HTTP request, outcome, status request and final state of each message.");

function row(title: string, figure: keyof Figures): [string, Record<string, string>] {
  const ours = median(hermod.map((figures) => figures[figure]));
  const bare = median(bullmq.map((figures) => figures[figure]));
  const ratio = ours === undefined || bare === undefined ? "" : (ours / bare).toFixed(2);
  return [title, { Hermod: whole(ours), "BullMQ alone": whole(bare), ratio }];
}

function median(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}

function whole(number: number | undefined): string {
  return number === undefined ? "" : Math.round(number).toLocaleString("en");
}
