import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Encryption } from "@hermod/core/config";

/** Seals the private fields of records. What is sealed for one message and field opens nowhere else. */
export interface FieldCipher {
  seal(id: string, field: string, plain: string): string;
  /** The plain text, or undefined when the key is not known or the sealed text was changed. */
  open(id: string, field: string, sealed: string): string | undefined;
}

const MARK = "~1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a random 96-bit nonce; the message id and the field are authenticated with the text.
 * Without keys it is plain text.
 */
export function fieldCipher(encryption: Encryption | undefined): FieldCipher {
  const keys = new Map(
    Object.entries(encryption?.keys ?? {}).map(
      ([id, base64]) => [id, Buffer.from(base64, "base64")] as const,
    ),
  );
  const active = encryption?.active;
  const activeKey = active === undefined ? undefined : keys.get(active);
  return {
    seal(id, field, plain) {
      // A plain text that looks sealed gets a mark of its own, so that opening never mistakes it.
      if (active === undefined || activeKey === undefined)
        return plain.startsWith("~") ? `~0${plain}` : plain;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", activeKey, iv).setAAD(associated(active, id, field));
      const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return [MARK, active, Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url")].join(".");
    },
    open(id, field, sealed) {
      if (sealed.startsWith("~0")) return sealed.slice(2);
      if (!sealed.startsWith(`${MARK}.`)) return sealed;
      const [, keyId = "", body = ""] = sealed.split(".");
      const key = keys.get(keyId);
      const bytes = Buffer.from(body, "base64url");
      if (key === undefined || bytes.length < IV_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(associated(keyId, id, field))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        return (
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8")
        );
      } catch {
        return undefined;
      }
    },
  };
}

function associated(keyId: string, id: string, field: string): Buffer {
  return Buffer.from(`${MARK}|${keyId}|${id}|${field}`);
}
