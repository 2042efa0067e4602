/** In which formats an export is given. */
import type { Readable } from "node:stream";
import type { AnyExport } from "../definition/export.ts";

export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const EXPORT_FORMATS = ["csv", "jsonl", "parquet", "xlsx", "xml"] as const;

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/jsonl",
  parquet: "application/vnd.apache.parquet",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml; charset=utf-8",
};

/** In the order of the document. */
export const formatsOf = ({ isShort, xml }: Pick<AnyExport, "isShort" | "xml">): readonly ExportFormat[] =>
  EXPORT_FORMATS.filter((format) => (format !== "xlsx" || isShort === true) && (format !== "xml" || xml !== undefined));

export interface OpenExport {
  readonly mark: bigint;
  /** Whoever stops reading it destroys it; its connection ends with it. */
  readonly bytes: Readable;
}

/** How an export is taken. */
export interface Taking {
  /** Told of the text that a file of columns is made of, as it comes. */
  readonly seen?: ((chunk: Uint8Array) => void) | undefined;
  /** Ends it, wherever it is, when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}
