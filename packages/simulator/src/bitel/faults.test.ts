import { expect, test } from "vitest";
import { ERROR_CODES } from "./answers.ts";
import {
  emptyEnvelope,
  refused,
  refusedWithSuccess,
  successWithoutId,
  unauthorized,
  wrongTypesForSend,
  wrongTypesForStatus,
} from "./faults.ts";
import { type BitelSimulator, startBitel } from "./server.ts";

const headers = { authorization: "Bearer secret", "content-type": "application/json" };
const body = JSON.stringify({ message: "Hi there", phoneNumber: "09121111111" });
const send = ({ baseUrl }: BitelSimulator) =>
  fetch(`${baseUrl}/sms/single`, { method: "POST", body, headers });

test.each([
  ...ERROR_CODES.map((code) => [code, refused(code), 400, { result: null, error: code }, 0] as const),
  ["an undocumented code", refused("NoCredit", 402), 402, { result: null, error: "NoCredit" }, 0],
  ["a 401", unauthorized, 401, { result: null, error: "Unauthorized" }, 0],
  ["an error with 200", refusedWithSuccess("Odd"), 200, { result: null, error: "Odd" }, 0],
  ["a success without an id", successWithoutId, 200, { result: {}, error: null }, 1],
  ["an empty envelope", emptyEnvelope, 200, { result: null, error: null }, 1],
  ["wrong types", wrongTypesForSend, 200, expect.objectContaining({ error: null }), 1],
] as const)("%s can be had for a right request", async (_, fault, status, body, accepted) => {
  await using simulator = await startBitel({ seed: 1 });
  simulator.setFault("send", fault, 1);
  const response = await send(simulator);
  expect([response.status, await response.json()]).toEqual([status, body]);
  expect(simulator.log.accepted).toHaveLength(accepted);
});

test("a fault of status requests leaves sends alone", async () => {
  await using simulator = await startBitel({ seed: 1 });
  simulator.setFault("status", wrongTypesForStatus);
  expect((await send(simulator)).status).toBe(200);
  const [accepted] = simulator.log.accepted;
  const detail = await fetch(`${simulator.baseUrl}/sms/detail/single/${accepted?.id}`, { headers });
  expect(await detail.json()).toMatchObject({ result: { smsCount: "many" }, error: null });
});
