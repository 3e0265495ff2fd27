import { SecretText } from "./secret.ts";

/** 22 characters of base64url are 132 bits, 32 of hex are 128. */
export const PushToken = SecretText.refine(
  (token) => /^(?:[A-Za-z0-9_-]{22,128})$/.test(token.reveal()),
  "must be 22 to 128 letters, digits, - or _, for example from: openssl rand -hex 16",
);
