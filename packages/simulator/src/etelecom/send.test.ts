import { expect, test } from "vitest";
import { type Rules, readSend, refusalOf } from "./send.ts";
import { DEFAULT_CONTRACT } from "./server.ts";

const rules: Rules = {
  ...DEFAULT_CONTRACT,
  templates: {
    OTP: { params: { otp: /^\d{6}$/, name: /./ }, channels: ["3"] },
    NOWHERE: { params: {}, channels: [] },
  },
};

const right = {
  phonenumber: "84836106872",
  templatecode: "OTP",
  routerule: ["3"],
  list_param: { otp: "123456", name: "A" },
};

test("a request that follows the document is not refused", () => {
  expect(refusalOf(readSend(right), rules)).toBeUndefined();
});

test.each([
  ["a number with a plus", { phonenumber: "+84836106872" }, "-1", ""],
  ["a national number", { phonenumber: "0836106872" }, "-1", ""],
  ["a number of another country", { phonenumber: "5171234567" }, "-1", ""],
  ["a number that is a JSON number", { phonenumber: 84836106872 }, "-1", ""],
  ["no number", { phonenumber: undefined }, "-1", ""],
  ["a variable that does not match", { list_param: { otp: "12345x", name: "A" } }, "-2", "otp"],
  ["a missing variable", { list_param: { otp: "123456" } }, "-2", "name"],
  ["a variable that is no text", { list_param: { otp: 123456, name: "A" } }, "-2", "otp"],
  ["no variables", { list_param: undefined }, "-2", "otp"],
  ["an unknown template", { templatecode: "OTHER" }, "-6", "OTHER"],
  ["a template named like a property of objects", { templatecode: "constructor" }, "-6", "constructor"],
  ["a template without a route", { templatecode: "NOWHERE" }, "-8", ""],
  ["a channel the template is not routed to", { routerule: ["1"] }, "-8", ""],
  ["no route rule", { routerule: undefined }, "-8", ""],
  ["a channel nobody knows", { routerule: ["3", "7"] }, "-9", "7"],
])("%s is refused", (_, change, code, subject) => {
  expect(refusalOf(readSend({ ...right, ...change }), rules)).toEqual({ code, subject });
});

test.each([
  ["array", ["1", "3"], ["1", "3"]],
  ["array", "3", []],
  ["string", ["3"], []],
  ["string", "1,3", ["1", "3"]],
  ["either", "3", ["3"]],
  ["either", [3], []],
] as const)("a contract for a rule as %s reads %j as %j", (form, routerule, routeRule) => {
  expect(readSend({ ...right, routerule }, form).routeRule).toEqual(routeRule);
});
