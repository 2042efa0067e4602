/** Bodies and queries: read within a bound, parsed once, and turned into our own types or into a problem that says what is wrong. */
import { z } from "@hono/zod-openapi";
import { Problem } from "../kernel/problems.ts";
import type { ReceivedFile } from "../engine/definition/upload.ts";

const MAX_BODY_BYTES = 1_048_576;
const MAX_ERRORS = 20;
/** A message may name what it found; nobody reads an answer that is as large as the request. */
const MAX_TEXT = 200;
const MAX_PATH_PARTS = 8;

/** 1 to 255 visible ASCII characters. */
export const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

/** No mailbox, no name: what stands in the journal for ever is no personal data. */
export const STAFF_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Anything else than UTF-8 is refused: read with stand-ins for bad bytes, two texts in another encoding would be one, and
 * so would the receipts that they name. A byte order mark says nothing, and is passed over.
 */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a request's JSON: `unsupported_media_type`, `body_too_large` or `malformed_json` where it has none. */
export async function readJson(request: Request): Promise<unknown> {
  requireMediaType(request.headers);
  const text = decoded(await readWhole(request));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the body.
    throw new Problem("malformed_json");
  }
}

function requireMediaType(headers: Headers): void {
  const type = headers.get("content-type");
  if (type === null || !isJson(type)) throw new Problem("unsupported_media_type");
  const coding = headers.get("content-encoding");
  if (coding !== null && !/^(?:identity)?$/i.test(coding)) {
    throw new Problem("unsupported_media_type", { acceptEncoding: "identity" });
  }
}

const isJson = (type: string): boolean =>
  type === "application/json" || /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type);

function decoded(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem("malformed_json", { errors: [{ path: "", message: "the body is not UTF-8" }] });
  }
}

/** A body that breaks off is not JSON, whatever the socket calls it; nobody is there to read the answer. */
async function readWhole(request: Request): Promise<ArrayBuffer | Uint8Array> {
  try {
    return await readBytes(request);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("malformed_json");
  }
}

function readBytes(request: Request): Promise<ArrayBuffer | Uint8Array> {
  const length = request.headers.get("content-length");
  // A body with a stated length is never longer than that: the server has seen to it.
  if (length === null) return readCounted(request);
  if (!(Number(length) <= MAX_BODY_BYTES)) throw new Problem("body_too_large", { limitBytes: MAX_BODY_BYTES });
  return request.arrayBuffer();
}

/** Reads a body of unknown length, and stops as soon as it is too long. */
async function readCounted({ body }: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Problem("body_too_large", { limitBytes: MAX_BODY_BYTES });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The file that is a request's body; of a compressed one the type of media is none that anybody takes. */
export function fileIn({ headers, body }: Request): ReceivedFile {
  const [media = ""] = (headers.get("content-type") ?? "").toLowerCase().split(";", 1);
  const isPlain = /^(?:identity)?$/i.test(headers.get("content-encoding") ?? "");
  return { media: isPlain ? media.trim() : "", bytes: (body ?? []) as unknown as AsyncIterable<Uint8Array> };
}

const NO_QUERY = z.strictObject({});

/**
 * Parses the query of a URL. A route that has none is asked for nothing by one: a till that means a dry run of what knows
 * none must hear so. A name that stands twice is as good as unknown.
 */
export function parseQuery(schema: z.ZodType | undefined, url: string): unknown {
  const start = url.indexOf("?");
  if (start < 0) return schema === undefined ? {} : parse(schema, {});
  const given = [...new URLSearchParams(url.slice(start))];
  const query = Object.fromEntries(given);
  if (Object.keys(query).length === given.length) return parse(schema ?? NO_QUERY, query);
  throw new Problem("invalid_request", { errors: [{ path: "", message: "a name stands in the query twice" }] });
}

/**
 * Turns input into what a schema describes. 400 `invalid_request` where its form is wrong,
 * 422 `unprocessable_request` where only its sense is: see `senseless` in fields.ts.
 */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const errors = issues.slice(0, MAX_ERRORS).map(({ path, message }) => ({
    path: cut(path.slice(0, MAX_PATH_PARTS).join(".")),
    message: cut(message),
  }));
  throw new Problem(issues.every(isSenseless) ? "unprocessable_request" : "invalid_request", { errors });
}

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

const isSenseless = (issue: z.core.$ZodIssue): boolean =>
  issue.code === "custom" && issue.params?.["senseless"] === true;
