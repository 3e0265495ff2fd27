import { apply } from "../../src/apply.ts";
import { firstAskAt } from "../../src/first-ask.ts";
import { askedAccount } from "../../src/record.ts";
import { clockOf } from "./hands.ts";
import type { Acceptance } from "./ledger.ts";
import type { PlannedAccount } from "./plan.ts";
import { start, type Task } from "./process.ts";
import { change } from "./recording.ts";
import type { World } from "./world.ts";

/** The provider sends its reports by itself: late, in any order, some twice and some never. */
export function push(world: World, account: PlannedAccount, id: string, { story }: Acceptance): void {
  const { agenda, random, plan } = world;
  for (const { at, kind } of story) {
    const isLost = agenda.now() < plan.faultsUntil && random.chance(plan.rates.lostPush);
    const times = isLost ? 0 : random.chance(0.1) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const arrivesAt = at + random.between(0, random.pick([50, 3000]));
      agenda.at(arrivesAt, () => {
        world.ledger.of(id).said.add(kind);
        world.note?.(`${account.name} pushes that ${id} is ${kind}`);
        start(world, world.ingress, receive(world, account, id, kind));
      });
    }
  }
}

function* receive(
  world: World,
  { terms }: PlannedAccount,
  id: string,
  kind: Acceptance["story"][number]["kind"],
): Task {
  const { ingress } = world;
  const report = { kind, word: kind };
  yield* change(world, ingress, id, "push", (record) => {
    const at = clockOf({ world, process: ingress });
    const after = apply(record, { type: "report", at, report, terms });
    const asked = world.accountOf(askedAccount(after));
    return { after, dueAt: firstAskAt(record, after, { at, ...asked, chance: world.random.next() }) };
  });
}
