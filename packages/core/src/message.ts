import { z } from "zod";

/** Lanes of the send queue, most urgent first. */
export const Priority = z.enum(["urgent", "normal", "bulk"]);
export type Priority = z.infer<typeof Priority>;

/** What to do when nobody can tell whether an attempt was taken: never write again, or write once more. */
export const OnUnknown = z.enum(["hold", "resend"]);
export type OnUnknown = z.infer<typeof OnUnknown>;

/** The longest time a message may wait for its sending, and the default: two days. */
export const DEFAULT_EXPIRES_IN_MS = 172_800_000;

export const AccountName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be a name of small letters, digits and dashes");

/** Whoever hands messages over. */
export const ProducerName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

/** What is sent: a provider's template with its variables, a text, or both when the route needs both. */
export const Content = z
  .strictObject({
    template: z.string().min(1).max(100).optional(),
    params: z.record(z.string().min(1).max(64), z.string().max(1024)).optional(),
    text: z.string().min(1).max(4096).optional(),
  })
  .refine(({ template, text }) => template !== undefined || text !== undefined, "needs a template or a text")
  .refine(({ template, params }) => template !== undefined || params === undefined, "params need a template");
export type Content = z.infer<typeof Content>;

/**
 * A content as it is taken: half of a surrogate pair is no character, and neither JSON nor SMS can carry it.
 * Records of before this rule are read all the same.
 */
const ContentInput = Content.superRefine(({ template = "", params = {}, text = "" }, { addIssue }) => {
  const broken = [
    ...(template.isWellFormed() ? [] : [["template"]]),
    ...Object.keys(params)
      .filter((name) => !`${name}${params[name]}`.isWellFormed())
      .map((name) => ["params", name]),
    ...(text.isWellFormed() ? [] : [["text"]]),
  ];
  for (const path of broken) addIssue({ code: "custom", path, message: "must be well-formed Unicode" });
});

/** The content kinds a message brings. */
export function contentKinds(content: Content): ("text" | "template")[] {
  return [
    ...(content.template === undefined ? [] : ["template" as const]),
    ...(content.text === undefined ? [] : ["text" as const]),
  ];
}

/** The last moment that a date with four digits for its year can name. */
const LATEST = new Date("9999-12-31T23:59:59.999Z");

/** Where a message may go: one account, or several in order. */
const ROUTE = {
  account: AccountName.optional(),
  route: z.array(AccountName).min(1).max(10).optional(),
};
type Routed = z.output<z.ZodObject<typeof ROUTE>>;

function routedOnce<Schema extends z.ZodType<Routed>>(schema: Schema): Schema {
  return schema
    .refine(({ account, route }) => (account === undefined) !== (route === undefined), {
      path: ["route"],
      message: "give either account or route",
    })
    .refine(({ route = [] }) => new Set(route).size === route.length, {
      path: ["route"],
      message: "names an account twice",
    });
}

/** A content, and where it may go, to be measured before it is sent. */
export const MeasureInput = routedOnce(z.strictObject({ ...ROUTE, content: ContentInput }));
export type MeasureInput = z.input<typeof MeasureInput>;

/** The accounts of a route, each with the field that names it. */
export function routed({ account, route }: Routed): { readonly name: string; readonly path: string }[] {
  if (route !== undefined) return route.map((name, index) => ({ name, path: `route.${index}` }));
  return account === undefined ? [] : [{ name: account, path: "account" }];
}

/** What a producer hands over. */
export const MessageInput = routedOnce(
  z.strictObject({
    ...ROUTE,
    to: z.e164("must be a number in E.164 form, for example +84836106872"),
    content: ContentInput,
    idempotencyKey: z
      .string()
      .min(1)
      .max(256)
      // Half a character would be hashed as any other half: two keys would be one.
      .refine((key) => key.isWellFormed(), "must be well-formed Unicode")
      .optional(),
    producer: ProducerName.default("default"),
    priority: Priority.default("normal"),
    sendAt: z
      .union([
        z.date().max(LATEST),
        z.iso.datetime({ offset: true }),
        z.int().nonnegative().max(LATEST.getTime()),
      ])
      .optional(),
    expiresInMs: z.int().min(1000).max(DEFAULT_EXPIRES_IN_MS).default(DEFAULT_EXPIRES_IN_MS),
    /** Refuse the message when so many wait before it that it would expire before its turn. */
    deadlineCheck: z.boolean().default(true),
    onUnknown: OnUnknown.default("hold"),
    /**
     * Without a final report for so long after a provider took it, the message goes to the next account of its route as well:
     * it may arrive twice.
     */
    failoverAfterMs: z.int().min(1000).max(DEFAULT_EXPIRES_IN_MS).optional(),
    metadata: z.record(z.string().min(1).max(64), z.string().max(256)).optional(),
    /** eTelecom: the channels to try in order, instead of the account's. */
    routeRule: z
      .array(z.enum(["1", "2", "3"]))
      .min(1)
      .max(3)
      .optional(),
  }),
).refine(({ route = [], failoverAfterMs }) => failoverAfterMs === undefined || route.length > 1, {
  path: ["failoverAfterMs"],
  message: "needs a route with an account to go on to",
});
export type MessageInput = z.input<typeof MessageInput>;
export type ParsedMessageInput = z.output<typeof MessageInput>;
