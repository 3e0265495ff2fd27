import type { Socket } from "node:net";
import { openRawServer } from "@hermod/testing/raw-server";
import { expect, test } from "vitest";
import type { OutgoingMessage, Provider } from "./provider.ts";
import { type Account, Account as Configured, openProvider } from "./registry.ts";

const never = new AbortController().signal;

/** Each provider's account, and its documented answers to a send and to a question of how the message fares. */
const PROVIDERS = {
  etelecom: {
    account: { username: "u", password: "p" },
    sent: '{ "status": "1", "code": "Success", " idOmniMess ": "82216" }',
    fares:
      '{ "phonenumber":"84836106872", "list_param":"{"otp":"123456"}", "status":"SUCCESS", "channel":"XXXX" }',
  },
  webcom: {
    account: { login: "u", password: "p", sender: "Hermod" },
    sent: '{"information":[{"state":"send","id_sms":82216}]}',
    fares:
      '[\n {\n "id_sms": 82216,\n "time_change_state": "2021-04-26 15:15:03",\n "state": "deliver",\n "num_parts": 1,\n "price": 10.6000000\n }\n]',
  },
  ultroam: {
    account: { username: "u", password: "p", auth: "basic" },
    sent: '{ "error_code": 202, "sn": "xxxx", "sms_in_queue": 2, "task_id": 3 }',
    fares:
      '{"error_code":200,"sn":"xxxx","result":[{"port":\n0,"user_id":82216,"number":"989121234567","time":"2014-12-21\n12:06:01","status":"DELIVERED","count":3, "succ_count":3,  "ref_i d":12}]}',
  },
  bitel: {
    account: { token: "t" },
    sent: '{\n "result": {\n "requestId": "82216",\n },\n "error": null\n}',
    fares:
      '{"result":{"Id":"82216","text":"Hi","deliveryStatus":"DELIVERED","deliveryStatusCode":1},"error":null}',
  },
} as const;

const MESSAGE: OutgoingMessage = {
  id: "m1",
  to: "+989121234567",
  reference: 82216,
  validForMs: 60_000,
  content: { text: "Hi", template: "OTP", params: {} },
};

type Write = (socket: Socket, body: string) => void;

const head = (...lines: string[]) => `${["HTTP/1.1 200 OK", ...lines].join("\r\n")}\r\n\r\n`;
const lengthOf = (body: string) => `Content-Length: ${Buffer.byteLength(body)}`;
const pieces = (body: string) => body.match(/[\s\S]{1,7}/g) ?? [];

/** How a server may put one and the same answer on the wire. */
const FORMS: Readonly<Record<string, Write>> = {
  "with its length": (socket, body) =>
    socket.write(head("Content-Type: application/json", lengthOf(body)) + body),
  "as another type": (socket, body) =>
    socket.write(head("content-type: text/html; charset=UTF-8", lengthOf(body)) + body),
  "without a type": (socket, body) => socket.write(head(lengthOf(body)) + body),
  "in chunks": (socket, body) =>
    socket.write(
      head("Transfer-Encoding: chunked") +
        pieces(body)
          .map((piece) => `${Buffer.byteLength(piece).toString(16)};x=1\r\n${piece}\r\n`)
          .join("") +
        "0\r\nX-Trailer: 1\r\n\r\n",
    ),
  "byte by byte": async (socket, body) => {
    for (const byte of Buffer.from(head(lengthOf(body)) + body)) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
    }
  },
  "and closes": (socket, body) => socket.end(head("Connection: close", lengthOf(body)) + body),
  "until it closes": (socket, body) => socket.end(`HTTP/1.0 200 OK\r\nServer: box\r\n\r\n${body}`),
  "after a hint": (socket, body) =>
    socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head(lengthOf(body))}${body}`),
  "among blanks": (socket, body) => socket.write(`${head(lengthOf(`\r\n ${body}\n\n`))}\r\n ${body}\n\n`),
};

/** Opens an account at a server that answers whatever whole request comes. */
async function withServer<T>(
  name: keyof typeof PROVIDERS,
  write: Write,
  act: (provider: Provider) => Promise<T>,
) {
  const { account, sent, fares } = PROVIDERS[name];
  const isSend = /SendMessage|POST \/json HTTP|send_sms|\/sms\/single HTTP/;
  let seen = 0;
  await using server = await openRawServer({
    onData(socket, received) {
      const request = received.slice(seen);
      const [lines = "", body = ""] = request.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(lines)?.[1] ?? 0);
      if (!request.includes("\r\n\r\n") || Buffer.byteLength(body, "latin1") < length) return;
      seen = received.length;
      write(socket, isSend.test(lines) ? sent : fares);
    },
  });
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const parsed: Account = Configured.parse({ provider: name, baseUrl, connections: 1, ...account });
  await using provider = openProvider(parsed);
  return await act(provider);
}

for (const name of Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[]) {
  test.each(Object.entries(FORMS))(`an answer of ${name} is read that comes %s`, async (_, write) => {
    const outcomes = await withServer(name, write, (provider) => provider.send([MESSAGE], never));
    expect(outcomes.get("m1")).toMatchObject({ kind: "accepted", providerId: "82216" });
    const followed = { id: "m1", to: MESSAGE.to, providerId: "82216" };
    const answers = await withServer(name, write, (provider) => provider.status([followed], never));
    expect(answers.get("m1")).toMatchObject({ kind: "report", report: { kind: "delivered" } });
  });
}
