/** What the environment says, read once and checked. The only reader of process.env. */
import { z } from "zod";
import { missingKey, PersonalKeyTexts, personalKeysOf } from "./config/personal-keys.ts";
import type { PersonalKeys } from "./kernel/sealed.ts";

/** A limit of requests for each client and process. */
const rate = (most: number) =>
  z.coerce
    .number("must be a whole number")
    .int("must be a whole number")
    .min(0, "must not be below zero")
    .default(most);

const KEY_NAMES = PersonalKeyTexts.keyof().options;

/** Why the keys of personal data must be given; undefined where the sandbox may make its own. */
function needsKeys(
  given: Readonly<Partial<Record<"NODE_ENV" | "DATABASE_URL" | (typeof KEY_NAMES)[number], unknown>>>,
) {
  if (given.NODE_ENV === "production") return "with NODE_ENV=production";
  if (given.DATABASE_URL !== undefined) return "with DATABASE_URL";
  const [one, other] = KEY_NAMES;
  return KEY_NAMES.some((name) => given[name] !== undefined) ? `where ${one} or ${other} is` : undefined;
}

const Environment = z
  .object({
    PORT: z.coerce
      .number("must be a port")
      .int("must be a port")
      .min(0, "must be a port")
      .max(65_535, "must be a port")
      .default(8080),
    HOST: z.string().min(1).default("127.0.0.1"),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(?:ql)?:\/\//, "must begin with postgres://")
      .optional(),
    MCLUB_DATA: z.string().min(1).default(".mclub"),
    MCLUB_ADMIN_KEY: z
      .string()
      .regex(/^[\x21-\x7e]*$/, "must be visible ASCII")
      .min(32, "must have 32 characters or more")
      .max(256, "must have 256 characters at most")
      .optional(),
    MCLUB_CODE_SECRET: z
      .string()
      .min(32, "must have 32 characters or more")
      .max(256, "must have 256 characters at most")
      .optional(),
    MCLUB_CODE_SENDER: z.literal("print", 'must be "print"').optional(),
    ...PersonalKeyTexts.partial().shape,
    MCLUB_CLOCK: z.enum(["system", "manual"], 'must be "system" or "manual"').default("system"),
    MCLUB_REQUESTS_PER_MINUTE: rate(600_000),
    MCLUB_LOOKUPS_PER_MINUTE: rate(20_000),
    MCLUB_LANES: z.coerce
      .number("must be a whole number")
      .int("must be a whole number")
      .min(1, "must be 1 or more")
      .max(16, "must be 16 at most")
      .optional(),
    LOG_LEVEL: z
      .enum(
        ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
        "must be trace, debug, info, warn, error, fatal or silent",
      )
      .default("info"),
    NODE_ENV: z.string().optional(),
    /** Set by npm for what its scripts start. */
    npm_lifecycle_event: z.string().optional(),
  })
  .refine(({ MCLUB_CODE_SECRET, NODE_ENV }) => MCLUB_CODE_SECRET !== undefined || NODE_ENV !== "production", {
    message: "must be set with NODE_ENV=production: one-time codes are hashed with it",
    path: ["MCLUB_CODE_SECRET"],
  })
  .refine(({ MCLUB_CODE_SENDER, NODE_ENV }) => MCLUB_CODE_SENDER === undefined || NODE_ENV !== "production", {
    message: "prints codes and addresses, which is for development: refused with NODE_ENV=production",
    path: ["MCLUB_CODE_SENDER"],
  })
  .superRefine((given, context) => {
    for (const name of KEY_NAMES) {
      const because = needsKeys(given);
      if (given[name] !== undefined || because === undefined) continue;
      context.addIssue({ code: "custom", path: [name], message: missingKey(name, because) });
    }
  })
  .refine(({ MCLUB_CLOCK, NODE_ENV }) => MCLUB_CLOCK !== "manual" || NODE_ENV !== "production", {
    message: "a manual clock is for the sandbox: refused with NODE_ENV=production",
    path: ["MCLUB_CLOCK"],
  });

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absent: the embedded server. */
  readonly databaseUrl: string | undefined;
  /** Folder of the embedded server's data. */
  readonly dataFolder: string;
  readonly adminKey: string | undefined;
  /** With which hashes of one-time codes are taken. Absent: none. */
  readonly codeSecret: string | undefined;
  /** Where one-time codes go: printed, for development. Absent: nowhere. */
  readonly codeSender: "print" | undefined;
  /** What personal data is sealed and looked up with. Absent: the sandbox makes its own. */
  readonly personalKeys: PersonalKeys | undefined;
  readonly clock: "system" | "manual";
  /** For each client; zero: no limit. */
  readonly rates: { readonly requestsPerMinute: number; readonly lookupsPerMinute: number };
  /** Absent: as many as fit the machine. */
  readonly lanes: number | undefined;
  readonly logLevel: string;
  /** Whether it runs as a script of npm, which does not pass SIGTERM on through its shell. */
  readonly startedByNpm: boolean;
}

/** The environment does not say what it should; the message names the variables, never their values. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads the environment. An empty variable counts as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new ConfigError(faultsOf(parsed.error));
  const {
    PORT,
    HOST,
    DATABASE_URL,
    MCLUB_DATA,
    MCLUB_ADMIN_KEY,
    MCLUB_CODE_SECRET,
    MCLUB_CODE_SENDER,
    MCLUB_DATA_KEYS,
    MCLUB_LOOKUP_KEY,
    MCLUB_CLOCK,
    MCLUB_REQUESTS_PER_MINUTE: requestsPerMinute,
    MCLUB_LOOKUPS_PER_MINUTE: lookupsPerMinute,
    MCLUB_LANES,
    LOG_LEVEL,
    npm_lifecycle_event: script,
  } = parsed.data;
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL,
    dataFolder: MCLUB_DATA,
    adminKey: MCLUB_ADMIN_KEY,
    codeSecret: MCLUB_CODE_SECRET,
    codeSender: MCLUB_CODE_SENDER,
    personalKeys:
      MCLUB_DATA_KEYS === undefined || MCLUB_LOOKUP_KEY === undefined
        ? undefined
        : personalKeysOf({ MCLUB_DATA_KEYS, MCLUB_LOOKUP_KEY }),
    clock: MCLUB_CLOCK,
    rates: { requestsPerMinute, lookupsPerMinute },
    lanes: MCLUB_LANES,
    logLevel: LOG_LEVEL,
    startedByNpm: script !== undefined,
  };
}

/** Reads the keys of personal data that a file has, by the names of the variables. */
export function readPersonalKeys(file: string, texts: unknown): PersonalKeys {
  const parsed = PersonalKeyTexts.safeParse(texts);
  if (!parsed.success) throw new ConfigError(`${file}: ${faultsOf(parsed.error)}`);
  return personalKeysOf(parsed.data);
}

const faultsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n");
