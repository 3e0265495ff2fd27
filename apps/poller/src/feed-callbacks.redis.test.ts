import { openFinalGroup } from "@hermod/broker/final-group";
import { apply } from "@hermod/core/apply";
import { expect, test } from "vitest";
import { openedBroker } from "../test/opened-broker.ts";
import { feedCallbacks } from "./feed-callbacks.ts";

test("a final that could not be put into the queue is put there later, and once only", async () => {
  await using opened = await openedBroker();
  const { broker, link } = opened;
  const { keys } = broker.installation;
  const consumer = { group: "@callbacks", consumer: "c", claimAfterMs: 1, from: "now" } as const;
  const group = await openFinalGroup(link.redis, keys, { producer: "default", ...consumer });
  const id = await opened.store(0);
  const at = link.clock.now();
  await broker.store.change(id, (record) => ({ after: apply(record, { type: "cancel", at }) }));

  const away = { ...broker.callbacks, add: () => Promise.reject(new Error("READONLY")) };
  await expect(feedCallbacks({ callbacks: away }, "default", group)).rejects.toThrow("READONLY");
  expect(await broker.callbacks.counts("default")).toEqual({ waiting: 0, dead: 0 });
  expect(await feedCallbacks(broker, "default", group)).toBe(1);
  expect(await feedCallbacks(broker, "default", group)).toBe(0);
  expect(await broker.callbacks.counts("default")).toEqual({ waiting: 1, dead: 0 });
});
