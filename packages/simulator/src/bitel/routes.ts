/** The versions of docs/providers/bitel.md: they differ in paths, in send answers and in the names of status fields. */
export type ApiVersion = "v1" | "v2";

export type SendCall = "single" | "batch" | "p2p";

/** What a path asks for. */
type Route = SendRoute | StatusRoute;

interface SendRoute {
  readonly operation: "send";
  readonly call: SendCall;
}

export interface StatusRoute {
  readonly operation: "status";
  readonly of: "message" | "batch";
  readonly id: string;
}

const SENDS: Readonly<Record<ApiVersion, Readonly<Record<string, SendCall>>>> = {
  v1: { "/sms/single": "single", "/sms/batch": "batch", "/sms/p2p": "p2p" },
  v2: { "/sms/single": "single", "/sms/batch": "batch", "/sms/batch/p2p": "p2p" },
};

/** v2 has no detail of a batch. */
const DETAILS: Readonly<Record<ApiVersion, RegExp>> = {
  v1: /^\/sms\/detail\/(?<of>single|batch)\/(?<id>[^/]+)$/,
  v2: /^\/sms\/status\/(?<id>[^/]+)$/,
};

/** What a whole path asks of this version, of docs/providers/bitel.md §2 and §4; OTP and template calls are left out. */
export function routeOf(path: string, version: ApiVersion): Route | undefined {
  const base = basePath(version);
  if (!path.startsWith(`${base}/`)) return undefined;
  const rest = path.slice(base.length);
  const call = SENDS[version][rest];
  if (call !== undefined) return { operation: "send", call };
  const { of, id } = DETAILS[version].exec(rest)?.groups ?? {};
  if (id === undefined) return undefined;
  return { operation: "status", of: of === "batch" ? "batch" : "message", id };
}

/** What comes between the host and the paths of the document. */
export function basePath(version: ApiVersion): string {
  return `/api/${version}`;
}
