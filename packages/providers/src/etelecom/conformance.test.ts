import type { Report } from "@hermod/core/report";
import { testProvider } from "@hermod/testing/provider-suite";
import type { WireRequest } from "@hermod/testing/wire";
import { json, nothing, refused } from "../../test/answers.ts";
import { documented } from "../../test/documents.ts";
import { EtelecomAccount } from "./config.ts";
import { etelecom } from "./index.ts";

const fields = ({ body }: WireRequest) => JSON.parse(body) as Readonly<Record<string, string>>;
const ID = "ICOMNI-0123456789ABCDEFGHIJKLM";
const idOf = (n: number) => `${ID}${n}`;

const sent = (status: string, code: string) => ({ code: status, answer: json({ status, code }) });
const UNAUTHORIZED = { code: "401 Unauthorized", answer: { status: 401, body: "Unauthorized" } };
const ADDRESS = {
  code: "401 Can't access from this IP",
  answer: { status: 401, body: "Can't access from this IP" },
};
const LISTED_401 = (file: string) =>
  documented(`documents/${file}`, /^401\n\n(.+)$/gm).map((text) => `401 ${text}`);

const KINDS = { SUCCESS: "delivered", FAIL: "undelivered", PROCESSING: "pending" } as const;
const WORDS = ["SUCCESS", "FAIL", "PROCESSING"] as const;
const wordOf = (n: number) => WORDS[n % WORDS.length] ?? "SUCCESS";
const said = (status: string) => ({
  phonenumber: "84836106872",
  list_param: { otp: "482913" },
  createdatetime: "21/05/2021 14:43:22",
  status,
  channel: "brandnamesms",
  templatecode: "OTP",
  errorCode: "-1471",
  mtcount: "2",
  telcoid: "3",
});
const report = (kind: Report["kind"], word: string): Report => ({
  kind,
  word,
  code: "-1471",
  parts: 2,
  details: { channel: "brandnamesms", errorCode: "-1471", telcoid: "3" },
});
const STATUS_WORDS = documented("documents/etelecom-status.txt", /- ([A-Z]+) ?: \w+/g);
const pushed = (word: string, n = 0) => ({
  IdOmniMess: idOf(n),
  Status: word,
  Channel: "brandnamesms",
  ErrorCode: "-1471",
  MtCount: 2,
  TelcoId: 3,
});

testProvider("eTelecom", {
  capabilities: etelecom.capabilities(),
  codes: etelecom.codes,
  open: (account) =>
    etelecom.open(
      EtelecomAccount.parse({ provider: "etelecom", username: "kunde", password: "Zauberwort", ...account }),
    ),
  secrets: ["Zauberwort"],
  message: (n) => ({ to: `+8483610${6872 + n}`, providerId: idOf(n) }),
  send: {
    answer(request) {
      const n = Number(fields(request)["phonenumber"]?.slice(-4)) - 6872;
      return json({ status: "1", code: "Success", idOmniMess: idOf(n) });
    },
    result: ({ providerId = "" }) => ({ kind: "accepted", providerId }),
    documented: [
      ...documented("documents/etelecom-send.txt", /"status": "(-?\d+)"/g),
      ...documented("etelecom.md", /^\| 200 +\| `"(-?\d+)"` +\|/gm),
      ...LISTED_401("etelecom-send.txt"),
    ],
    codes: [
      {
        code: "1",
        answer: json({ status: "1", code: "Success", " idOmniMess ": ID }),
        result: { kind: "accepted", providerId: ID },
      },
      { ...sent("-1", "PhoneNumber Wrong Format"), result: refused("recipient", "number_format", "-1") },
      {
        ...sent("-2", "Wrong Format Parameter: otp"),
        result: refused("message", "parameter_format", "-2 otp"),
      },
      { ...sent("-3", "You have run out of messages"), result: refused("account", "balance", "-3") },
      {
        ...sent("-6", "Can't find template with templatecode: OTP "),
        result: refused("template", "template_unknown", "-6"),
      },
      {
        ...sent("-8", "Can't find any routing for this request"),
        result: refused("template", "no_routing", "-8"),
      },
      {
        ...sent("-9", "Can't find any information about channel: 3"),
        result: refused("message", "channel_unknown", "-9"),
      },
      { ...UNAUTHORIZED, result: refused("account", "credentials", "401") },
      { ...ADDRESS, result: refused("account", "address", "401") },
    ],
    unknown: [
      { ...sent("-4", "?"), result: refused("message", "undocumented", "-4") },
      { ...sent("-777", "?"), result: refused("message", "undocumented", "-777") },
      { ...sent("2", "Success"), result: refused("message", "undocumented", "2") },
    ],
  },
  status: {
    answer: (request) => json(said(wordOf(Number(fields(request)["idOmniMess"]?.slice(ID.length))))),
    result({ reference }) {
      const word = wordOf(reference - 1);
      return { kind: "report", report: report(KINDS[word], word) };
    },
    documented: [...STATUS_WORDS, ...LISTED_401("etelecom-status.txt")],
    codes: [
      ...WORDS.map((word) => ({
        code: word,
        answer: json(said(word)),
        result: { kind: "report", report: report(KINDS[word], word) } as const,
      })),
      { ...UNAUTHORIZED, result: nothing("credentials") },
      { ...ADDRESS, result: nothing("address") },
    ],
    unknown: ["EXPIRED", "constructor", "-1", "THÀNH CÔNG"].map((word) => ({
      code: word,
      answer: json(said(word)),
      result: { kind: "report", report: report("unmapped", word) },
    })),
  },
  health: {
    isLenient: true,
    answer: () => json(said("PROCESSING")),
    result: () => ({ kind: "reachable" }),
  },
  push: {
    body: JSON.stringify([pushed("SUCCESS", 0), pushed("FAIL", 1)]),
    reports: [
      { providerId: idOf(0), report: report("delivered", "SUCCESS") },
      { providerId: idOf(1), report: report("undelivered", "FAIL") },
    ],
    documented: STATUS_WORDS,
    codes: WORDS.map((word) => ({
      code: word,
      body: JSON.stringify(pushed(word)),
      report: report(KINDS[word], word),
    })),
    unknown: ["EXPIRED", "constructor"].map((word) => ({
      code: word,
      body: JSON.stringify(pushed(word)),
      report: report("unmapped", word),
    })),
  },
});
