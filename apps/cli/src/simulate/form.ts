/** The parts of a JSON schema that a form is written from. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** What a value must look like, for a person: `digest | basic`, `number`, `{ port: number }`. */
export function formOf(schema: JsonSchema): string {
  const { type, enum: values, const: only, anyOf, oneOf, items, properties, required = [] } = schema;
  if (values !== undefined) return values.map(String).join(" | ");
  if (only !== undefined) return String(only);
  const either = anyOf ?? oneOf;
  if (either !== undefined) return either.map(formOf).join(" | ");
  if (items !== undefined) return `[${formOf(items)}, …]`;
  if (type === "object") {
    const { additionalProperties: others } = schema;
    if (properties === undefined && typeof others === "object") return `{ name: ${formOf(others)}, … }`;
    const fields = Object.entries(properties ?? {}).map(
      ([name, field]) => `${name}${required.includes(name) ? "" : "?"}: ${formOf(field)}`,
    );
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  return typeof type === "object" ? type.map(wordOf).join(" | ") : wordOf(type ?? "…");
}

function wordOf(type: string): string {
  if (type === "string") return "text";
  return type === "integer" ? "number" : type;
}
