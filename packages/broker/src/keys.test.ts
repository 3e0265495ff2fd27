import { expect, test } from "vitest";
import { idOf } from "../test/samples.ts";
import { keysOf } from "./keys.ts";

const IDS = Array.from({ length: 1000 }, (_, n) => idOf(n));

function hashTag(key: string): string | undefined {
  return /\{([^}]+)\}/.exec(key)?.[1];
}

test.for([1, 4, 256])("over %i partitions all keys of a message have one hash tag", (partitions) => {
  const keys = keysOf("ns", partitions);
  for (const id of IDS) {
    const partition = keys.partitionOf(id);
    const tags = [keys.record(id), keys.timers(partition), keys.due(partition, "a"), keys.finalChannel(id)];
    expect(new Set(tags.map(hashTag))).toEqual(new Set([`ns:${partition}`]));
  }
});

test("messages are spread evenly over the partitions, always the same way", () => {
  const sizes = Map.groupBy(IDS, (id) => keysOf("ns", 4).partitionOf(id));
  expect([...sizes.keys()].toSorted()).toEqual([0, 1, 2, 3]);
  for (const ids of sizes.values()) expect(ids.length).toBeGreaterThan(200);
  expect(IDS.slice(0, 8).map((id) => keysOf("other", 4).partitionOf(id))).toEqual([1, 0, 0, 1, 0, 2, 1, 2]);
});

test("no two keys of an installation, and none of another one, are the same", () => {
  const all = ["one", "two"].flatMap((namespace) => {
    const keys = keysOf(namespace, 2);
    return [
      keys.installation,
      keys.accounts,
      ...[0, 1].flatMap((partition) => [
        keys.timers(partition),
        keys.due(partition, "a"),
        keys.due(partition, "b"),
      ]),
      ...["a", "b"].flatMap((account) => [
        keys.pacer(account, "send"),
        keys.pacer(account, "status"),
        keys.shares(account),
      ]),
      ...IDS.map((id) => keys.record(id)),
    ];
  });
  expect(new Set(all).size).toBe(all.length);
});
