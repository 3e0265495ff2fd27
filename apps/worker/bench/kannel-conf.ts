import { join } from "node:path";

/** Where Kannel keeps messages until they are sent, and then what it needs to pass their receipts on. */
export interface Stores {
  readonly messages: "spool" | "file";
  readonly receipts: "memory" | { readonly redisPort: string };
}

interface Setting {
  /** The folder `messages` is in it. */
  readonly directory: string;
  readonly providerUrl: string;
  readonly ports: Readonly<Record<"admin" | "boxes" | "smsc" | "send", number>>;
  readonly stores: Stores;
}

/** A bearerbox with one HTTP SMSC, which may have as many requests at once as Hermod, and a smsbox. */
export function kannelConf({
  directory,
  providerUrl,
  ports,
  stores: { messages, receipts },
}: Setting): string {
  const folder = join(directory, "messages");
  return [
    group("core", {
      "admin-port": ports.admin,
      "admin-password": "bench",
      "smsbox-port": ports.boxes,
      "box-allow-ip": "127.0.0.1",
      "smsbox-max-pending": 1000,
      "store-type": messages,
      "store-location": messages === "file" ? join(folder, "all") : folder,
      "dlr-storage": receipts === "memory" ? "internal" : "redis",
    }),
    group("smsc", {
      smsc: "http",
      "smsc-id": "bench",
      "system-type": "generic",
      "send-url": `"${providerUrl}/kannel?to=%p&text=%b"`,
      "status-success-regex": "taken",
      "generic-foreign-id-regex": '"taken ([0-9]+)"',
      "max-pending-submits": 64,
      port: ports.smsc,
      "connect-allow-ip": "127.0.0.1",
      "smsc-username": "bench",
      "smsc-password": "bench",
    }),
    ...(receipts === "memory" ? [] : receiptsInRedis(receipts.redisPort)),
    group("smsbox", { "bearerbox-host": "127.0.0.1", "sendsms-port": ports.send }),
    group("sendsms-user", { username: "bench", password: "bench" }),
    group("sms-service", { keyword: "default", text: "nothing", "max-messages": 0 }),
  ].join("\n");
}

function receiptsInRedis(port: string): readonly string[] {
  const kept = ["smsc", "destination", "source", "service", "url", "mask", "status"];
  return [
    group("redis-connection", { id: "receipts", host: "127.0.0.1", port, database: 0, "max-connections": 4 }),
    group("dlr-db", {
      id: "receipts",
      table: "dlr",
      ttl: 604_800,
      "field-timestamp": "ts",
      "field-boxc-id": "boxc",
      ...Object.fromEntries(kept.map((name) => [`field-${name}`, name])),
    }),
  ];
}

/** An empty line ends it. */
function group(name: string, values: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ group: name, ...values }).map(([key, value]) => `${key} = ${value}\n`);
  return lines.join("");
}
