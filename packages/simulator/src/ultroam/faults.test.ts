import { expect, test } from "vitest";
import {
  apiSwitchedOff,
  errorThoughTaken,
  forbidden,
  refused,
  successWithoutTask,
  unauthorized,
  undocumentedCode,
  wrongTypesForSend,
  wrongTypesForStatus,
} from "./faults.ts";
import { found, open, recipient, SEND } from "./open-box.ts";

test.each([
  ["a documented refusal", refused(550), 200, '{"error_code":550}', 0],
  ["an undocumented code", undocumentedCode(503), 200, '{"error_code":503}', 0],
  ["an error though it is taken", errorThoughTaken, 200, '{"error_code":500}', 1],
  ["a 401", unauthorized, 401, "Unauthorized", 0],
  ["a 403", forbidden, 403, "Forbidden", 0],
  ["a 404", apiSwitchedOff, 404, "Not Found", 0],
  ["a success without a task", successWithoutTask, 200, '{"error_code":202}', 1],
  ["wrong types", wrongTypesForSend, 200, expect.stringContaining('"error_code":"202"'), 1],
])("%s can be had for a right send", async (_, fault, status, body, accepted) => {
  await using box = await open();
  box.setFault("send", fault, 1);
  const response = await box.post(SEND, { text: "Hello", param: [recipient(1)] });
  expect([response.status, await response.text()]).toEqual([status, body]);
  expect(box.log.accepted).toHaveLength(accepted);
});

test("a fault of status requests leaves sends alone", async () => {
  await using box = await open({
    fault: ({ operation }) => (operation === "status" ? wrongTypesForStatus : undefined),
  });
  expect((await box.send())["error_code"]).toBe(202);
  expect(await found(box.result(), "status")).toEqual([["DELIVERED"]]);
});
