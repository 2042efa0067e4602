/**
 * Fields that many bodies share. Each is parsed here, once, into the type that the ledger works with.
 * What has the wrong form is a 400; what has the right form and makes no sense is a 422, and is marked `senseless`.
 */
import { z } from "@hono/zod-openapi";
import { AMOUNT_PATTERN, parseAmount, parseQuantity, QUANTITY_PATTERN } from "./amount.ts";
import type { IdPrefix } from "./ids.ts";

/** What a till or a site can present for a member. */
export const IDENTIFIER_KINDS = ["card", "phone", "email", "app", "wallet_pass", "qr"] as const;

/** Terms of a custom issue that is about sense, not about form. */
export const senseless = (message: string) => ({ message, params: { senseless: true } });

/** How control characters are written in patterns that any reader of the document understands. */
const PLAIN = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

/**
 * A text of a bounded length, in characters. No control characters and no halves of surrogate pairs: neither PostgreSQL
 * nor a receipt printer could keep them.
 */
export const text = (longest: number) =>
  z
    .string()
    .regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${longest}}$`, "u"), `1 to ${longest} characters, no control characters`)
    .openapi(shownText(longest));

const shownText = (longest: number) => ({ minLength: 1, maxLength: longest, pattern: PLAIN });

/** How many things a list or a record may have. */
export interface Bounds {
  readonly min?: number;
  readonly max: number;
  /** What they are called, in the plural. */
  readonly of: string;
}

/**
 * A list of a bounded length. The length is checked before anything inside is: a list of a million wrong items costs no
 * more than one that is a little too long.
 */
export const boundedArray = <S extends z.ZodType>(item: S, bounds: Bounds) =>
  z.preprocess(
    (value, context) => (Array.isArray(value) && !within(value.length, bounds, context) ? z.NEVER : value),
    z.array(item).openapi({ ...(bounds.min === undefined ? {} : { minItems: bounds.min }), maxItems: bounds.max }),
  );

/** A key that JSON may have, and that objects of JavaScript may not keep: the library drops it without a word. */
const UNKEPT_KEY = "__proto__";

/** The same of an object with keys of the caller's choice: texts of a bounded length. */
export const boundedRecord = <S extends z.ZodType>(longestKey: number, value: S, bounds: Bounds) => {
  // The library's types do not know all that JSON Schema has.
  const names: object = { propertyNames: { ...shownText(longestKey), not: { const: UNKEPT_KEY } } };
  return z.preprocess(
    (given, context) => (isRecord(given) && !mayBeKept(given, bounds, context) ? z.NEVER : given),
    z.record(text(longestKey), value).openapi({ maxProperties: bounds.max, ...names }),
  );
};

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function mayBeKept(given: object, bounds: Bounds, context: z.RefinementCtx): boolean {
  if (!within(Object.keys(given).length, bounds, context)) return false;
  if (!Object.hasOwn(given, UNKEPT_KEY)) return true;
  context.addIssue({ code: "custom", message: "not a name that can be kept", path: [UNKEPT_KEY] });
  return false;
}

function within(count: number, { min = 0, max, of }: Bounds, context: z.RefinementCtx): boolean {
  if (count >= min && count <= max) return true;
  const message = count < min ? `at least ${min} ${of}` : `at most ${max} ${of}`;
  context.addIssue({ code: "custom", ...senseless(message) });
  return false;
}

// Abort: what looks at several fields must not see one that could not be parsed.
const NO_AMOUNT = { message: 'an amount has exactly two decimals, and no sign: "1500.00"', abort: true };
const NO_QUANTITY = { message: 'a quantity has at most three decimals, and no sign: "0.350"', abort: true };

/** An amount, zero included: `"1500.00"`. */
export const Amount = z
  .string()
  .regex(AMOUNT_PATTERN, NO_AMOUNT)
  .transform(parseAmount)
  .openapi({ type: "string", pattern: AMOUNT_PATTERN.source, example: "1500.00" });

const ABOVE_ZERO = "^([1-9][0-9]{0,10}\\.[0-9]{2}|0\\.([1-9][0-9]|0[1-9]))$";

/** An amount above zero. */
export const PositiveAmount = z
  .string()
  .regex(AMOUNT_PATTERN, NO_AMOUNT)
  .transform(parseAmount)
  .refine((amount) => amount > 0n, senseless("must be more than zero"))
  .openapi({ type: "string", pattern: ABOVE_ZERO, example: "150.00" });

const QUANTITY_ABOVE_ZERO = "^([1-9][0-9]{0,6}(\\.[0-9]{1,3})?|0\\.([1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))$";

/** A quantity above zero, with at most three decimals. */
export const Quantity = z
  .string()
  .regex(QUANTITY_PATTERN, NO_QUANTITY)
  .transform(parseQuantity)
  .refine((quantity) => quantity > 0n, senseless("must be more than zero"))
  .openapi({ type: "string", pattern: QUANTITY_ABOVE_ZERO, example: "1" });

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;
/** What is narrower than RFC 3339: the years, seconds that leap, small letters. */
export const INSTANT_PATTERN =
  "^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" +
  "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

/** An instant in RFC 3339 with its offset, in this century. */
export const Instant = z
  .string()
  .refine(isInstant, { message: 'an instant is RFC 3339 with an offset: "2026-03-02T12:00:00+03:00"', abort: true })
  .refine((value) => isThisCentury(value), senseless(`must lie between the years ${FIRST_YEAR} and ${LAST_YEAR}`))
  .transform((value) => Date.parse(value))
  .openapi({ type: "string", format: "date-time", pattern: INSTANT_PATTERN, example: "2026-03-02T12:00:00+03:00" });

/** The same in a query: a plus that was not encoded comes as a space, and can mean nothing else there. */
export const InstantInQuery = z
  .string()
  .transform((given) => given.replace(" ", "+"))
  .pipe(Instant);

function isInstant(value: string): boolean {
  const [, year = "", month = "", day = ""] = INSTANT.exec(value) ?? [];
  if (year === "") return false;
  // JavaScript reads the 30th of February as the 2nd of March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/** In UTC: an offset may lead out of it. */
function isThisCentury(value: string): boolean {
  const year = new Date(value).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** The code of a brand. */
export const Brand = text(32).openapi({ example: "mvideo" });
/** Of goods, as tills name them. */
export const Category = text(64).openapi({ example: "tv" });
export const StoreId = text(64).openapi({ example: "M-1" });
const TerminalId = text(64).openapi({ example: "1" });
/** Where somebody is served, as far as a request that shows personal data says it: kept in the access log. */
export const servedAt = {
  storeId: StoreId.optional().openapi({ description: "Where it is asked; kept in the access log." }),
  terminalId: TerminalId.optional().openapi({ description: "At which till; kept in the access log." }),
};
/** Where an order is to be collected. */
export const PickupPlace = z.strictObject({ brand: Brand, storeId: StoreId }).openapi("PickupPlace");
export const Reference = text(200).openapi({ example: "crm-2026-000123" });

export const Identifier = z
  .strictObject({ kind: z.enum(IDENTIFIER_KINDS), value: text(254) })
  .openapi("Identifier", { example: { kind: "card", value: "2900000000017" } });

const idPattern = (prefix: IdPrefix): string => `^${prefix}_[0-9a-f]{32}$`;

/** How a body names its member: see `ofOneMember`, and `ofAtMostOneMember`. */
export const memberFields = {
  memberId: text(64)
    .optional()
    .openapi({ pattern: idPattern("mbr"), example: "mbr_0195560d2a0070008a30f1c2d3e4f000" }),
  identifier: Identifier.optional(),
};

/** The same of a body that spends: whoever is named may act for another. */
export const buyerFields = {
  ...memberFields,
  actingFor: text(64)
    .optional()
    .openapi({
      pattern: idPattern("mbr"),
      example: "mbr_0195560d2a0070008a30f1c2d3e4f000",
      description:
        "The member whom whoever is named beside it represents: its bonuses are spent, and it earns. Absent: whoever is named acts for himself.",
    }),
};

/** Whether a body names whom it means by what they present: so it finds something out, which by the id of a member it does not. */
export function namesByIdentifier(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  const { identifier, identifiers } = body as { identifier?: unknown; identifiers?: unknown };
  return identifier !== undefined || (Array.isArray(identifiers) && identifiers.length > 0);
}

/** Whether a sale, where it is refused, tells of its member: it asks to pay with bonuses, cites a quote that may be another's, or is made by a representative. */
export const tellsOfMember = (body: unknown): boolean =>
  typeof body === "object" &&
  body !== null &&
  (("spend" in body && body.spend !== 0n) ||
    ("quoteId" in body && body.quoteId !== undefined) ||
    ("actingFor" in body && body.actingFor !== undefined));

interface MemberFields {
  readonly memberId?: string | undefined;
  readonly identifier?: unknown;
  readonly actingFor?: string | undefined;
}

const ONE_MEMBER = { ...senseless("give memberId or identifier, one of the two"), path: ["memberId"] };

/** A body that names its member, in one of the two ways. */
export const ofOneMember = <S extends z.ZodType<MemberFields>>(body: S): S =>
  body
    .refine(({ memberId, identifier }) => (memberId === undefined) !== (identifier === undefined), ONE_MEMBER)
    .openapi({ oneOf: [{ required: ["memberId"] }, { required: ["identifier"] }] });

const SOMEBODY_ACTS = {
  ...senseless("whoever acts for another is named by memberId or identifier"),
  path: ["actingFor"],
};

/** A body that may name its member, in one of the two ways. */
export const ofAtMostOneMember = <S extends z.ZodType<MemberFields>>(body: S): S =>
  body
    .refine(({ memberId, identifier }) => memberId === undefined || identifier === undefined, ONE_MEMBER)
    .refine(
      ({ memberId, identifier, actingFor }) =>
        actingFor === undefined || memberId !== undefined || identifier !== undefined,
      SOMEBODY_ACTS,
    )
    .openapi({ not: { required: ["memberId", "identifier"], properties: { memberId: {}, identifier: {} } } });

/** The identity of a thing in a path, under its own name. One that is malformed is not found, as one that does not exist. */
export const idInPath = <N extends string>(name: N, prefix: IdPrefix) =>
  z.strictObject({
    [name]: z.string().openapi({ pattern: idPattern(prefix), param: { name, in: "path" } }),
  } as Record<N, z.ZodString>);
