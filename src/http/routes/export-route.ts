/** The routes of an export: its file, and its control totals. */
import type { Readable } from "node:stream";
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import type { ControlTotals, ExportRequest } from "../../engine/exporting/exporter.ts";
import { type ExportFormat, formatsOf, MEDIA_TYPES } from "../../engine/exporting/formats.ts";
import type { AnyExport } from "../../engine/definition/export.ts";
import { type Call, reply, type Route } from "../route.ts";
import { operationIdOf } from "./operation-route.ts";

const TAG = "Exports";

const mark = z
  .string()
  .regex(/^\d{1,18}$/, "a mark is a number")
  .optional()
  .openapi({
    example: "7412",
    description:
      "The mark of an earlier export, to be given the same again. Absent: all that has been committed by now.",
  });

const Totals = z
  .strictObject({
    mark: z.string().openapi({ example: "7412" }),
    rows: z.int().min(0),
    sums: z.record(z.string(), z.string().regex(/^-?\d+\.\d{2}$/)).openapi({ example: { amount: "1500.00" } }),
  })
  .openapi("ControlTotals");

export const routesOfExport = (asked: AnyExport): readonly Route[] => [fileOf(asked), totalsOf(asked)];

const common = (asked: AnyExport) =>
  ({
    method: "get",
    tag: TAG,
    permission: asked.permission,
    problems: [...asked.problems, "brand_forbidden", "overloaded"],
    idempotency: "never",
  }) as const;

function fileOf(asked: AnyExport): Route {
  const { query: period } = asked;
  const formats = formatsOf(asked);
  const format = z.enum(formats).default("csv");
  const columns = asked.columns.map(({ name, note }) => `\`${name}\` (${note})`).join(", ");
  return {
    ...common(asked),
    problems: [...common(asked).problems, "disk_full"],
    path: `/v1/exports/${asked.name}`,
    operationId: `export${capital(operationIdOf(asked.name))}`,
    summary: asked.summary,
    description: `${asked.description} The header \`MClub-Mark\` names the mark at which it was taken: the same question at that mark is answered byte for byte alike, and its control totals are at \`/v1/exports/${asked.name}/totals\`.\n\nColumns: ${columns}.`,
    query: period.safeExtend({ format, mark }),
    answers: { 200: { description: "The file.", schema: z.string(), media: formats.map((each) => MEDIA_TYPES[each]) } },
    async handle(call) {
      const { format: as } = call.query as { format: ExportFormat };
      const { mark: at, bytes } = await call.service.exporter.open(requestOf(asked, call), as, {
        signal: call.waiting(),
      });
      const name = `attachment; filename="${asked.name}.${as}"`;
      return {
        status: 200,
        text: "",
        stream: streamOf(bytes),
        headers: { "content-type": MEDIA_TYPES[as], "content-disposition": name, "mclub-mark": at.toString() },
      };
    },
  };
}

/** Ends what it reads as soon as nobody reads it. (`Readable.toWeb` then throws where nobody can catch it.) */
function streamOf(bytes: Readable): ReadableStream<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void bytes.destroy(),
  });
}

function totalsOf(asked: AnyExport): Route {
  const { query: period } = asked;
  return {
    ...common(asked),
    path: `/v1/exports/${asked.name}/totals`,
    operationId: `export${capital(operationIdOf(asked.name))}Totals`,
    summary: `${asked.summary}: control totals`,
    description:
      "How many rows the file of the same question at the same mark has, and what each column of amounts adds up to.",
    query: period.safeExtend({ mark }),
    answers: { 200: { description: "What the file must add up to.", schema: Totals } },
    handle: async (call) => reply(200, totalsAnswer(await call.service.exporter.totals(requestOf(asked, call)))),
  };
}

function requestOf(asked: AnyExport, { query, actor }: Call): ExportRequest {
  const { mark: text } = query as { mark?: string };
  return {
    asked,
    given: asked.given(query as Readonly<Record<string, unknown>>, actor),
    mark: text === undefined ? undefined : BigInt(text),
  };
}

const totalsAnswer = ({ mark: at, rows, sums }: ControlTotals): z.input<typeof Totals> => ({
  mark: at.toString(),
  rows: Number(rows),
  sums: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, formatAmount(sum)])),
});

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
