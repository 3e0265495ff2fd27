import { connect } from "node:net";
import { openRawServer } from "@hermod/testing/raw-server";
import { expect, test } from "vitest";
import { NOT_ALLOWED, publicOr } from "./guarded-connector.ts";
import { openHttp } from "./http.ts";

const SET_ASIDE = [
  ["this machine", "127.0.0.1", "127.8.9.10", "::1", "0.0.0.0", "::"],
  ["private", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
  ["link-local, and with it a cloud's own", "169.254.169.254", "fe80::1", "fe80::1%eth0"],
  ["shared", "100.64.0.1", "100.127.255.254"],
  ["within IPv6", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:10.0.0.1"],
  ["translated or tunnelled", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"],
  ["for many", "224.0.0.1", "255.255.255.255", "ff02::1"],
  ["reserved", "192.0.2.1", "198.18.0.1", "240.0.0.1", "2001:db8::1"],
  ["no address", "localhost", "", "1.2.3.4.5"],
] as const;

test.for(SET_ASIDE)("addresses that are %s are not connected to", ([, ...addresses]) => {
  expect(addresses.filter(publicOr([]))).toEqual([]);
});

test("public addresses are connected to, and what is listed", () => {
  const mayConnect = publicOr(["10.1.0.0/16", "192.168.1.1", "fd12::/16"]);
  const welcome = ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "10.1.2.3", "192.168.1.1"];
  expect([...welcome, "fd12::5"].filter(mayConnect)).toEqual([...welcome, "fd12::5"]);
  expect(["10.2.0.1", "192.168.1.2", "127.0.0.1", "fd13::1"].filter(mayConnect)).toEqual([]);
});

const NEVER = new AbortController().signal;

async function asked(host: string, allowedNetworks: readonly string[]) {
  await using server = await openRawServer({
    onData: (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
  });
  const account = { baseUrl: `http://${host}:${server.port}`, connections: 1, timeoutMs: 2000 };
  await using http = openHttp({ ...account, caFile: undefined }, { mayConnect: publicOr(allowedNetworks) });
  const result = await http.request({ method: "POST", path: "/" }, NEVER);
  // One that got through before this one would have been seen by now.
  await new Promise((resolve) => connect(server.port, "127.0.0.1", () => resolve(undefined)));
  return { result, requests: server.received.filter((text) => text !== "").length };
}

test.each(["127.0.0.1", "2130706433", "0x7f.1", "localhost"])(
  "%s is not connected to, whether it is an address or a name that leads to one",
  async (host) => {
    expect(await asked(host, [])).toMatchObject({
      result: { kind: "failed", written: false, detail: NOT_ALLOWED },
      requests: 0,
    });
  },
);

test.each(["127.0.0.1", "localhost"])("%s is connected to where it is listed", async (host) => {
  const { result } = await asked(host, ["127.0.0.0/8", "::1"]);
  expect(result).toMatchObject({ kind: "answer", status: 200 });
});
