import { inspect } from "node:util";
import { z } from "zod";

/** A credential that no log, error, JSON or template string can print; only `reveal` gives it out. */
export interface Secret {
  reveal(): string;
}

class HiddenText implements Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/** A credential in the configuration. */
export const SecretText: z.ZodType<Secret, string> = z
  .string()
  .min(1)
  .transform((text) => new HiddenText(text));
