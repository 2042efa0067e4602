/** Has a file of receipts, as another system saw them, matched with the ledger. The same file, asked the same way, is one reconciliation. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { CalendarDate } from "../../kernel/calendar.ts";
import { Amount, Brand, senseless, text } from "../../kernel/fields.ts";
import { canonicalJson, hash128 } from "../../kernel/hash.ts";
import { as } from "../../kernel/ids.ts";
import { accept, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { defineUpload } from "../../engine/definition/upload.ts";
import { timesCancelled } from "./again.ts";
import { RECONCILIATION_BUCKET } from "./bucket.ts";
import { forgetFile, keepFile, MOST_FILE_BYTES } from "./reading/keep-file.ts";
import { Mapping } from "./reading/mapping.ts";
import { MOST_LINES } from "./reading/read-file.ts";
import type { ReconciliationTerms } from "./stored.ts";
import { reconciliationStore } from "./stores.ts";
import { FILE_FORMATS, type FileFormat } from "./words.ts";

/** Days of one file. */
const MOST_DAYS = 400;
/** Days by which a line may be dated otherwise and still agree. */
const MOST_TOLERANCE_DAYS = 31;
const MOST_MAPPING_TEXT = 4_000;
const MOST_FILES_AT_ONCE = 2;
const DAY_MS = 86_400_000;

const MEDIA: Readonly<Record<string, FileFormat>> = {
  "text/csv": "csv",
  "application/jsonl": "jsonl",
  "application/vnd.apache.parquet": "parquet",
};

const asked = {
  brand: Brand.openapi({ description: "Whose receipts; a client of one brand, its own." }),
  system: text(50).openapi({ example: "till-journal", description: "Which system saw them." }),
  from: CalendarDate.openapi({ description: "The first day for which the file has every receipt." }),
  to: CalendarDate.openapi({ description: "The last day." }),
  toleranceAmount: Amount.default(0n).openapi({ description: "By how much amounts may differ." }),
  toleranceDays: z
    .string()
    .regex(/^\d{1,2}$/, "a whole number")
    .transform(Number)
    .refine((days) => days <= MOST_TOLERANCE_DAYS, senseless(`at most ${MOST_TOLERANCE_DAYS} days`))
    .default(0)
    .openapi({ type: "integer", minimum: 0, maximum: MOST_TOLERANCE_DAYS, default: 0 }),
};

const mappingText = z
  .string()
  .max(MOST_MAPPING_TEXT)
  .transform((given, context): Mapping => {
    const read = Mapping.safeParse(jsonOf(given));
    if (read.success) return read.data;
    for (const { path, message, params } of read.error.issues as readonly (z.core.$ZodIssue & { params?: object })[]) {
      context.addIssue({ code: "custom", path, message, ...(params === undefined ? {} : { params }) });
    }
    return z.NEVER;
  })
  .openapi({
    type: "string",
    example: '{"columns": {"number": "receipt", "store": "shop", "day": "date", "paid": "amount"}}',
    description:
      "JSON: which columns of the file are what, and how dates, amounts and returns are written (`ReconciliationMapping`).",
  });

function jsonOf(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

const isInOrder = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
  from <= to && Date.parse(to) - Date.parse(from) < MOST_DAYS * DAY_MS;

type Asked = Pick<ReconciliationTerms, "format" | "mapping" | "from" | "to" | "toleranceDays"> & {
  readonly toleranceAmount: bigint;
};
const termsOf = ({ format, mapping, from, to, toleranceDays, toleranceAmount }: Asked): ReconciliationTerms => ({
  format,
  mapping,
  from,
  to,
  toleranceAmount: toleranceAmount.toString(),
  toleranceDays,
});

const reconciliation = defineOperation({
  name: "reconciliation",
  permission: "receipts.reconcile",
  http: {
    method: "post",
    path: "/v1/reconciliations",
    tag: "Reconciliation",
    summary: "Match a file of receipts with the ledger",
    description: `The body is the file: CSV in UTF-8 whose first line names the columns, JSON lines, or Parquet; at most ${MOST_FILE_BYTES} bytes and ${MOST_LINES} lines. It is matched in the background. The same file, asked the same way, is told the same, unless it was cancelled.`,
    idempotencyKey: "required",
  },
  body: z.strictObject({
    ...asked,
    mapping: Mapping,
    format: z.enum(FILE_FORMATS),
    contentHash: z.string(),
    uploadId: z.string(),
    lines: z.int(),
  }),
  answers: {
    202: {
      description: "It waits to be matched.",
      schema: z
        .strictObject({
          reconciliationId: idText("rec"),
          operationId: idText("opn"),
          status: z.literal("waiting"),
          brand: z.string(),
          system: z.string(),
          from: z.iso.date(),
          to: z.iso.date(),
          contentHash: z.string().openapi({ description: "SHA-256 of the file." }),
          lines: z.int(),
          requestedAt: InstantText,
        })
        .openapi("ReconciliationStarted"),
    },
  },
  problems: ["brand_forbidden", "unknown_brand"],
  actsFor: ({ brand }) => brand,
  facts: ({ contentHash }) => ({ reference: contentHash }),
  async prepare({ reader }, { body }) {
    const { brand, system, contentHash } = body;
    const cancelled = await timesCancelled(reader, { brand, system, contentHash, terms: termsOf(body) });
    return { cancelled, file: body };
  },
  bucket: () => RECONCILIATION_BUCKET,
  naturalKeys({ cancelled, file: { uploadId: _, lines: __, ...same } }) {
    const key = ["reconciliation", same, ...(cancelled === 0 ? [] : [cancelled])];
    return [{ key: hash128(canonicalJson(key)), role: "own" }];
  },
  // Two requests that are about the same agree in all that is hashed.
  conflict: () => "idempotency_mismatch",
  needs: () => ({}),
  decide({ now, operationId }, { file }) {
    const { brand, system, from, to, contentHash, uploadId, lines } = file;
    const id = as("rec", operationId);
    const terms = termsOf(file);
    const common = { brand, system, contentHash, lines };
    const untried = { tries: 0, notBefore: null };
    const ends = { status: "waiting", failure: null, result: null, requestedAt: now, finishedAt: null } as const;
    return accept({
      memberId: null,
      documents: [save(reconciliationStore, id, { id, ...common, terms, uploadId, ...ends, ...untried })],
      answer: {
        reconciliationId: id,
        operationId,
        status: "waiting",
        ...common,
        from,
        to,
        requestedAt: formatInstant(now),
      },
    });
  },
});

export const reconciliationUpload = defineUpload({
  operation: reconciliation,
  query: z.strictObject({ ...asked, mapping: mappingText }).refine(isInOrder, {
    ...senseless(`the last day must not come before the first, nor ${MOST_DAYS} days after it`),
    path: ["to"],
  }),
  media: Object.keys(MEDIA),
  mostAtOnce: MOST_FILES_AT_ONCE,
  problems: ["unprocessable_request", "file_type", "file_too_large", "file_unreadable", "disk_full"],
  actsFor: ({ brand }) => brand,
  async keep({ look, target }, { media, bytes }, query) {
    const format = MEDIA[media] ?? "csv";
    const { clock, personal } = look;
    const kept = await keepFile({ target, clock, personal }, { bytes, format, mapping: query.mapping });
    const { uploadId, contentHash, lines } = kept;
    const received = { ...query, toleranceAmount: formatAmount(query.toleranceAmount), format, contentHash };
    return {
      body: { ...query, format, contentHash, uploadId, lines },
      received,
      letGo: () => forgetFile({ target }, uploadId),
    };
  },
});
