/** The keys of personal data, as the environment or the sandbox's own file has them. */
import { createSecretKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { type DataKey, type DataKeys, FieldCipher, type PersonalKeys } from "../kernel/sealed.ts";

/** More than one is needed only while the keys are being changed. */
const MOST_DATA_KEYS = 16;
const BASE64_KEY = "[A-Za-z0-9+/]{43}=?";
const HOW = "as `openssl rand -base64 32` makes it";

const keyOf = (base64: string): KeyObject => createSecretKey(Buffer.from(base64, "base64"));

const DataKeysText = z
  .string()
  .transform((text) => text.split(","))
  .pipe(
    z
      .array(
        z
          .string()
          .regex(
            new RegExp(`^[a-z0-9-]{1,16}:${BASE64_KEY}$`),
            `must be an id of small letters, digits and hyphens, a colon, and 32 bytes in base64, ${HOW}`,
          ),
      )
      .max(MOST_DATA_KEYS, `must be ${MOST_DATA_KEYS} keys at most`),
  )
  .transform((texts): DataKey[] =>
    texts.map((text) => text.split(":")).map(([id = "", key = ""]) => ({ id, key: keyOf(key) })),
  )
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "must have an id of its own for each key");

const LookupKeyText = z
  .string()
  .regex(new RegExp(`^${BASE64_KEY}$`), `must be 32 bytes in base64, ${HOW}`)
  .transform(keyOf);

/** By the names of the variables. */
export const PersonalKeyTexts = z.object({ MCLUB_DATA_KEYS: DataKeysText, MCLUB_LOOKUP_KEY: LookupKeyText });
type Texts = z.output<typeof PersonalKeyTexts>;

export const personalKeysOf = ({ MCLUB_DATA_KEYS: keys, MCLUB_LOOKUP_KEY: lookupKey }: Texts): PersonalKeys => ({
  cipher: new FieldCipher(keys as readonly DataKey[] as DataKeys),
  lookupKey,
});

const PURPOSE: Readonly<Record<keyof Texts, string>> = {
  MCLUB_DATA_KEYS: 'personal data is encrypted with it. To make one: echo "k1:$(openssl rand -base64 32)"',
  MCLUB_LOOKUP_KEY: "members are found by hashes taken with it. To make one: openssl rand -base64 32",
};

/** What is said of a key that is missing; `because` says why it must be there. */
export const missingKey = (name: keyof Texts, because: string): string =>
  `must be set ${because}, the same for all processes on one database: ${PURPOSE[name]}`;
