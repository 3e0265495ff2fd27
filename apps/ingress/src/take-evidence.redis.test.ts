import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { acceptedRecord } from "@hermod/core/accept";
import { apply } from "@hermod/core/apply";
import { Settings, termsOf } from "@hermod/core/config";
import { MessageInput } from "@hermod/core/message";
import { identityOf, pushIndexings, pushTermsOf } from "@hermod/core/pushed";
import { Account, capabilitiesOf } from "@hermod/providers/registry";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { openEvidence } from "./take-evidence.ts";

const NAME = "main";
const COUNT = 20;

test("pushes that come together, each about one message, go through each round trip together", async () => {
  const settings = Settings.parse({});
  const account = Account.parse({
    provider: "webcom",
    baseUrl: "http://127.0.0.1:9",
    token: "t",
    sender: "Test",
    pushToken: "0123456789abcdef0123456789abcdef",
    trustPush: true,
  });
  const capabilities = capabilitiesOf(account);
  const { url, namespace } = isolatedRedis();
  await using link = await connectRedis(url, "process");
  const pushIndexing = pushIndexings(settings, { [NAME]: account }, capabilitiesOf);
  const retention = () => settings.retention;
  await using broker = await openBroker(link, { namespace, partitions: 1, retention, pushIndexing });
  const { store } = broker;

  const input = MessageInput.parse({ account: NAME, to: "+84836106872", content: { text: "Hello" } });
  const at = link.clock.now();
  const records = Array.from({ length: COUNT }, () =>
    acceptedRecord(input, { id: broker.installation.messageId("test", undefined), bodyHash: "", at }),
  );
  await store.create(records);
  const terms = termsOf(settings, account, capabilities);
  for (const [index, { id }] of records.entries()) {
    const outcome = { kind: "accepted", providerId: `${index}` } as const;
    await store.change(id, (record) => {
      const begun = apply(record, { type: "begin", at, owner: "w", terms });
      return { after: apply(begun, { type: "outcome", at, attempt: 1, outcome, terms, chance: 0 }) };
    });
  }

  const sizes = { loaded: [] as number[], committed: [] as number[] };
  const counting: typeof store = {
    ...store,
    async load(ids) {
      sizes.loaded.push(ids.length);
      return await store.load(ids);
    },
    async commit(changes, when) {
      sizes.committed.push(changes.length);
      return await store.commit(changes, when);
    },
  };
  const failed: unknown[] = [];
  const takeEvidence = openEvidence(
    {
      broker: { ...broker, store: counting },
      now: link.clock.now,
      report: (_, error) => failed.push(error),
      planAtOnce: () => {},
    },
    NAME,
    pushTermsOf(settings, account, capabilities),
  );
  const report = { kind: "delivered", word: "deliver" } as const;
  const names = records.map((_, index) => identityOf({ providerId: `${index}` }) ?? "");
  const taken = await Promise.all(
    [...names, "a stranger"].map(async (identity) => await takeEvidence([{ identity, report }])),
  );
  expect(taken).toEqual([...names.map(() => ["applied"]), ["unknown"]]);
  expect(sizes).toEqual({ loaded: [COUNT], committed: [COUNT] });
  expect(failed).toEqual([]);
  const found = await store.load(records.map(({ id }) => id));
  expect(found.map((one) => one.kind === "record" && one.record.state)).toEqual(names.map(() => "delivered"));
});
