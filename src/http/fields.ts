/**
 * Fields that many bodies share. Each is parsed here, once, into the type that the ledger works with.
 * What has the wrong form is a 400; what has the right form and makes no sense is a 422, and is marked `senseless`.
 */
import { z } from "@hono/zod-openapi";
import { AMOUNT_PATTERN, parseAmount, parseQuantity, QUANTITY_PATTERN } from "../kernel/amount.ts";
import { IDENTIFIER_KINDS } from "../members/identifier.ts";

/** Terms of a custom issue that is about sense, not about form. */
export const senseless = (message: string) => ({ message, params: { senseless: true } });

/** No control characters and no halves of surrogate pairs: neither PostgreSQL nor a receipt printer could keep them. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** A text of a bounded length. */
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => PLAIN.test(value), "control characters are not allowed");

// Abort: what looks at several fields must not see one that could not be parsed.
const NO_AMOUNT = { message: 'an amount has exactly two decimals, and no sign: "1500.00"', abort: true };
const NO_QUANTITY = { message: 'a quantity has at most three decimals, and no sign: "0.350"', abort: true };

/** An amount, zero included: `"1500.00"`. */
export const Amount = z
  .string()
  .regex(AMOUNT_PATTERN, NO_AMOUNT)
  .transform(parseAmount)
  .openapi({ type: "string", pattern: AMOUNT_PATTERN.source, example: "1500.00" });

/** An amount above zero. */
export const PositiveAmount = z
  .string()
  .regex(AMOUNT_PATTERN, NO_AMOUNT)
  .transform(parseAmount)
  .refine((amount) => amount > 0n, senseless("must be more than zero"))
  .openapi({ type: "string", pattern: AMOUNT_PATTERN.source, example: "150.00" });

/** A quantity above zero, with at most three decimals. */
export const Quantity = z
  .string()
  .regex(QUANTITY_PATTERN, NO_QUANTITY)
  .transform(parseQuantity)
  .refine((quantity) => quantity > 0n, senseless("must be more than zero"))
  .openapi({ type: "string", pattern: QUANTITY_PATTERN.source, example: "1" });

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

/** An instant in RFC 3339 with its offset, in this century. */
export const Instant = z
  .string()
  .refine(isInstant, { message: 'an instant is RFC 3339 with an offset: "2026-03-02T12:00:00+03:00"', abort: true })
  .refine((value) => isThisCentury(value), senseless(`must lie between the years ${FIRST_YEAR} and ${LAST_YEAR}`))
  .transform((value) => Date.parse(value))
  .openapi({ type: "string", format: "date-time", example: "2026-03-02T12:00:00+03:00" });

function isInstant(value: string): boolean {
  const [, year = "", month = "", day = ""] = INSTANT.exec(value) ?? [];
  if (year === "") return false;
  // JavaScript reads the 30th of February as the 2nd of March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isThisCentury(value: string): boolean {
  const year = Number(value.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** A calendar date. */
export const CalendarDate = z
  .string()
  .refine(
    (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isInstant(`${value}T00:00:00Z`),
    "a date is written 1990-12-31",
  )
  .openapi({ format: "date", example: "1990-12-31" });

/** The code of a brand. */
export const Brand = text(32).openapi({ example: "mvideo" });
export const StoreId = text(64).openapi({ example: "M-1" });
export const Reference = text(200).openapi({ example: "crm-2026-000123" });

export const Identifier = z
  .strictObject({ kind: z.enum(IDENTIFIER_KINDS), value: text(254) })
  .openapi("Identifier", { example: { kind: "card", value: "2900000000017" } });

/** How a body names its member: one of the two, or (where that is allowed) neither. */
export const memberFields = {
  memberId: text(64).optional().openapi({ example: "mbr_0195560d2a0070008a30f1c2d3e4f000" }),
  identifier: Identifier.optional(),
};

interface MemberFields {
  readonly memberId?: string | undefined;
  readonly identifier?: unknown;
}

export const namesOneMember = ({ memberId, identifier }: MemberFields): boolean =>
  (memberId === undefined) !== (identifier === undefined);
export const namesAtMostOneMember = ({ memberId, identifier }: MemberFields): boolean =>
  memberId === undefined || identifier === undefined;
export const ONE_MEMBER = { ...senseless("give memberId or identifier, one of the two"), path: ["memberId"] };

/** `?dryRun=true`. */
export const DryRunQuery = z.strictObject({
  dryRun: z
    .enum(["true", "false"])
    .optional()
    .transform((value) => value === "true")
    .openapi({ type: "string", enum: ["true", "false"], description: "Show what would happen, and do nothing." }),
});

/** The identity of a thing in a path. One that is malformed is not found, as one that does not exist. */
export const IdParams = z.strictObject({ id: z.string().openapi({ param: { name: "id", in: "path" } }) });
