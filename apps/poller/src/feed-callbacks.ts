import type { FinalGroup } from "@hermod/broker/final-group";
import type { Broker } from "@hermod/broker/open-broker";

/** Finals that become callbacks in one round. */
const MOST = 200;

/**
 * Makes callbacks of the finals that nobody has made any of yet: first of those that somebody had in hand who died. Whoever dies
 * before they are acknowledged leaves them to be added once more, under the same names. Returns how many there were.
 */
export async function feedCallbacks(
  { callbacks }: Pick<Broker, "callbacks">,
  producer: string,
  group: FinalGroup,
): Promise<number> {
  const left = await group.claim(MOST);
  const finals = left.length > 0 ? left : await group.take(MOST);
  await callbacks.add(
    producer,
    finals.map(({ event }) => event),
  );
  await group.acknowledge(finals);
  return finals.length;
}
