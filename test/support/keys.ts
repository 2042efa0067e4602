/** Keys of personal data that all tests share: as the environment has them, and as a service is given them. */
import { readPersonalKeys } from "../../src/config.ts";
import {
  type Identifier,
  identifierKey,
  type KeyedIdentifier,
  type PresentedIdentifier,
} from "../../src/members/identifier.ts";

export const KEY_TEXTS = {
  MCLUB_DATA_KEYS: `tests:${Buffer.alloc(32, "data").toString("base64")}`,
  MCLUB_LOOKUP_KEY: Buffer.alloc(32, "lookup").toString("base64"),
};

export const TEST_KEYS = readPersonalKeys("tests", KEY_TEXTS);

export const keyOf = (identifier: Identifier): string => identifierKey(TEST_KEYS.lookupKey, identifier);

export const keyed = (identifier: PresentedIdentifier): KeyedIdentifier => ({ ...identifier, key: keyOf(identifier) });
