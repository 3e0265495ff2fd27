import { expect, test } from "vitest";
import { type ApiVersion, routeOf } from "./routes.ts";

test.each<[ApiVersion, string, object]>([
  ["v1", "/api/v1/sms/single", { operation: "send", call: "single" }],
  ["v1", "/api/v1/sms/batch", { operation: "send", call: "batch" }],
  ["v1", "/api/v1/sms/p2p", { operation: "send", call: "p2p" }],
  ["v1", "/api/v1/sms/detail/single/71a", { operation: "status", of: "message", id: "71a" }],
  ["v1", "/api/v1/sms/detail/batch/71a", { operation: "status", of: "batch", id: "71a" }],
  ["v2", "/api/v2/sms/single", { operation: "send", call: "single" }],
  ["v2", "/api/v2/sms/batch", { operation: "send", call: "batch" }],
  ["v2", "/api/v2/sms/batch/p2p", { operation: "send", call: "p2p" }],
  ["v2", "/api/v2/sms/status/71a", { operation: "status", of: "message", id: "71a" }],
])("%s serves %s", (version, path, route) => {
  expect(routeOf(path, version)).toEqual(route);
});

test.each<[ApiVersion, string]>([
  ["v1", "/api/v2/sms/single"],
  ["v1", "/api/v1/sms/batch/p2p"],
  ["v1", "/api/v1/sms/status/71a"],
  ["v1", "/api/v1/sms/detail/single/"],
  ["v1", "/api/v1/sms/detail/single/71a/more"],
  ["v1", "/api/v1/sms/detail/other/71a"],
  ["v1", "/sms/single"],
  ["v2", "/api/v1/sms/single"],
  ["v2", "/api/v2/sms/p2p"],
  ["v2", "/api/v2/sms/detail/batch/71a"],
])("%s does not serve %s", (version, path) => {
  expect(routeOf(path, version)).toBeUndefined();
});
