import { expect, test } from "vitest";
import { Capabilities } from "./capabilities.ts";
import { SMS_ENCODINGS } from "./text-limits.ts";

const OLD = {
  content: ["text"],
  reference: "none",
  lookup: "none",
  reports: "both",
  sendBatch: 1,
  statusBatch: 1,
  validity: false,
};
const NEW = {
  ...OLD,
  text: { encodings: [...SMS_ENCODINGS], source: "documented", maxBytes: 1500, placeholders: ["#param#"] },
  number: { written: "09…", startsWith: "+989" },
};

test("capabilities come out of JSON as they went in", () => {
  expect(Capabilities.parse(JSON.parse(JSON.stringify(NEW)))).toStrictEqual(NEW);
});

test("capabilities of a worker that tells no limits are read all the same", () => {
  expect(Capabilities.parse(OLD)).toEqual(OLD);
});

test("limits in a form of later are as good as none, and hide nothing else", () => {
  const later = {
    ...NEW,
    text: { encodings: [{ name: "utf-8", single: 140, concatenated: 134 }], source: "documented" },
    number: { written: 1 },
  };
  expect(Capabilities.parse(later)).toEqual({ ...OLD, text: undefined, number: undefined });
});
