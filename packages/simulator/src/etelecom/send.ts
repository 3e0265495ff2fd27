import { isObject } from "../request.ts";
import type { RefusalCode } from "./answers.ts";

/** The fields of a send request, as far as they are what the send document says. */
export interface SendRequest {
  readonly phoneNumber: string;
  readonly templateCode: string;
  readonly params: Readonly<Record<string, string>>;
  /** The channel numbers, first to be tried first. */
  readonly routeRule: readonly string[];
}

interface Template {
  /** Every variable must be there, as text that matches. */
  readonly params: Readonly<Record<string, RegExp>>;
  /** The channels it is routed to; all when absent. */
  readonly channels?: readonly string[];
}

/** What the provider knows, against which it holds a request. */
export interface Rules {
  readonly phonePattern: RegExp;
  readonly templates: Readonly<Record<string, Template>>;
  /** Channel number → the word a status names it by. */
  readonly channels: Readonly<Record<string, string>>;
  /** The table of the send document says string, the newer copy's example shows an array. */
  readonly routeRule: "array" | "string" | "either";
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly subject: string;
}

/** Reads what can be read; wrong types become empty, which the judgement then refuses. */
export function readSend(
  fields: Readonly<Record<string, unknown>>,
  form: Rules["routeRule"] = "either",
): SendRequest {
  const { phonenumber, templatecode, list_param, routerule } = fields;
  const params = isObject(list_param) ? Object.entries(list_param).filter(isText) : [];
  return {
    phoneNumber: typeof phonenumber === "string" ? phonenumber : "",
    templateCode: typeof templatecode === "string" ? templatecode : "",
    params: Object.fromEntries(params),
    routeRule: readRule(routerule, form),
  };
}

/**
 * The documented refusal a request earns, if any. The document does not say which comes first when there are several, nor what
 * a missing field gets: it is refused as the wrong value of it would be.
 */
export function refusalOf(request: SendRequest, rules: Rules): Refusal | undefined {
  if (!rules.phonePattern.test(request.phoneNumber)) return { code: "-1", subject: "" };
  const template = Object.hasOwn(rules.templates, request.templateCode)
    ? rules.templates[request.templateCode]
    : undefined;
  if (template === undefined) return { code: "-6", subject: request.templateCode };
  const stranger = request.routeRule.find((channel) => !Object.hasOwn(rules.channels, channel));
  if (stranger !== undefined) return { code: "-9", subject: stranger };
  const routed = request.routeRule.some((channel) => template.channels?.includes(channel) ?? true);
  if (!routed) return { code: "-8", subject: "" };
  const wrong = Object.entries(template.params).find(
    ([name, pattern]) => !pattern.test(request.params[name] ?? ""),
  );
  return wrong === undefined ? undefined : { code: "-2", subject: wrong[0] };
}

function readRule(rule: unknown, form: Rules["routeRule"]): readonly string[] {
  if (typeof rule === "string" && form !== "array" && rule !== "") return rule.split(",");
  if (Array.isArray(rule) && form !== "string" && rule.every((channel) => typeof channel === "string"))
    return rule;
  return [];
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === "string";
}
