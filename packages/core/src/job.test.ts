import { expect, test } from "vitest";
import { JobData, MAX_IDS_PER_JOB } from "./job.ts";

const ID = "0123456789abcdefghjkmnpqrs";

test("a work order is a version and the ids of its messages", () => {
  expect(JobData.parse({ v: 1, ids: [ID] })).toEqual({ v: 1, ids: [ID] });
  expect(JobData.safeParse({ v: 1, ids: Array(MAX_IDS_PER_JOB).fill(ID) }).success).toBe(true);
});

test.for([
  ["another version", { v: 2, ids: [ID] }],
  ["no version", { ids: [ID] }],
  ["no ids", { v: 1, ids: [] }],
  ["too many ids", { v: 1, ids: Array(MAX_IDS_PER_JOB + 1).fill(ID) }],
  ["what is no id", { v: 1, ids: ["+84836106872"] }],
  ["an id too long", { v: 1, ids: [`${ID}0`] }],
  ["an id on two lines", { v: 1, ids: [`${ID}\n`] }],
  ["nothing", {}],
  ["no object", null],
])("a work order with %s is refused", ([, data]) => {
  expect(JobData.safeParse(data).success).toBe(false);
});

test("of a work order nothing is read but its version and ids, so that a later version may add to it", () => {
  expect(JobData.parse({ v: 1, ids: [ID], to: "+84836106872" })).toEqual({ v: 1, ids: [ID] });
});
