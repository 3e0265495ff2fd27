import { parseArgs } from "node:util";
import { runNaive } from "./naive.ts";
import { PROVIDER_NAMES } from "./providers.ts";
import { runChaos } from "./run.ts";
import { hermodTable, naiveTable } from "./tables.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    provider: { type: "string", multiple: true, default: [] },
    messages: { type: "string" },
    naive: { type: "boolean", default: false },
  },
});

/** Messages a second of each row, unless their number is given. */
const PER_SECOND = 4;
/** Faults of a run that are named. */
const SHOWN = 50;

const seconds = Number(values.seconds);
const seed = Number(values.seed);
const messages = Number(values.messages ?? seconds * PER_SECOND);
const strangers = values.provider.filter((name) => !PROVIDER_NAMES.some((known) => known === name));
if (strangers.length > 0 || ![seconds, messages].every((count) => count > 0) || !Number.isInteger(seed)) {
  console.error(
    `usage: chaos [--seconds N] [--seed N] [--messages N] [--naive] [--provider ${PROVIDER_NAMES.join("|")}]…`,
  );
  process.exit(2);
}
const providers = PROVIDER_NAMES.filter(
  (name) => values.provider.length === 0 || values.provider.includes(name),
);
const options = { seed, seconds, messages, providers };
const again = [
  `npx -y pnpm@12 chaos --seconds ${seconds} --seed ${seed} --messages ${messages}`,
  ...values.provider.map((name) => `--provider ${name}`),
].join(" ");

console.log(`seed ${seed}: ${seconds} s of faults, ${messages} messages of each row`);
const { verdicts, deeds, crashes, convergedMs } = await runChaos(options);
console.table(hermodTable(verdicts));
console.log(
  Object.entries(deeds)
    .map(([deed, count]) => `${deed} ${count}`)
    .join(", "),
  `; final ${(convergedMs / 1000).toFixed(1)} s after the faults ended`,
);
const wrongs = [...verdicts.flatMap(({ violations }) => violations), ...crashes];
for (const wrong of wrongs.slice(0, SHOWN)) console.log(`WRONG ${wrong}`);
if (wrongs.length > SHOWN) console.log(`and ${wrongs.length - SHOWN} more that are wrong`);
const late = verdicts.flatMap((verdict) => verdict.late);
if (late.length > 0) console.log(`LATE ${late.slice(0, SHOWN).join(" ")}: expired before they were sent`);
if (values.naive) {
  console.log(
    "\na naive worker under the same faults: BullMQ with 10 attempts, no intent, the same adapters",
  );
  console.table(naiveTable(await runNaive(options)));
}
console.log(`again: ${again}`);
process.exitCode = wrongs.length + late.length === 0 ? 0 : 1;
