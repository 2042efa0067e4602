/** Keys of personal data for one run: this process and the service that it starts have the same. */
import { randomBytes } from "node:crypto";
import { readPersonalKeys } from "../../config.ts";

const key = () => randomBytes(32).toString("base64");

/** As the environment has them. */
export const KEY_TEXTS = { MCLUB_DATA_KEYS: `bench:${key()}`, MCLUB_LOOKUP_KEY: key() };
export const BENCH_KEYS = readPersonalKeys("bench", KEY_TEXTS);
