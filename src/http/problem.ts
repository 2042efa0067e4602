/** Problems on the wire: RFC 9457, with our code, and a text for the cashier in the language of the till. */
import { classify } from "../db/errors.ts";
import { Problem, type ProblemCode, type ProblemData, problems } from "../kernel/problems.ts";
import type { Reply } from "./route.ts";

export const PROBLEM_JSON = "application/problem+json";

/** What a caller may know of a fault: our own problems as they are, a database that is away, or nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { kind } = classify(error);
  return new Problem(kind === "unavailable" || kind === "retryable" || kind === "timeout" ? "unavailable" : "internal");
}

/** Whether nobody foresaw this fault, so that it belongs in the log with its stack. */
export const isUnforeseen = (error: unknown): boolean => problemOf(error).code === "internal";

/** A problem as an answer. */
export function problemReply(problem: Problem, requestId: string, acceptLanguage: string | null): Reply {
  const { code, data } = problem;
  const { status, title, retryable, cashier } = problems[code];
  const body = {
    ...data,
    type: typeOf(code),
    title,
    status,
    detail: detailOf(problem),
    instance: `urn:request:${encodeURIComponent(requestId)}`,
    code,
    requestId,
    retryable,
    cashierMessage: cashier[prefersEnglish(acceptLanguage) ? "en" : "ru"],
  };
  const replayed = problem instanceof RefusedCommand && problem.replayed;
  return { status, text: JSON.stringify(body), replayed, headers: headersOf(status, data) };
}

/** A refusal by the ledger, on its way to the caller. */
export class RefusedCommand extends Problem {
  readonly replayed: boolean;

  constructor(code: ProblemCode, data: ProblemData, replayed: boolean) {
    super(code, data);
    this.replayed = replayed;
  }
}

/** Where a problem is explained. */
const typeOf = (code: ProblemCode): string => `/docs/problems#${code}`;

function detailOf({ code, data }: Problem): string {
  const { title } = problems[code];
  if (code === "internal") return "Quote the request id to support; nothing was promised by this answer.";
  const facts = Object.entries(data).flatMap(([name, fact]) => (typeof fact === "string" ? [`${name}: ${fact}`] : []));
  return facts.length === 0 ? `${title}.` : `${title} (${facts.join(", ")}).`;
}

function headersOf(status: number, data: Problem["data"]): Record<string, string> {
  if (status === 401) return { "content-type": PROBLEM_JSON, "www-authenticate": 'Bearer realm="mclub"' };
  if (status === 503) return { "content-type": PROBLEM_JSON, "retry-after": "1" };
  if (status === 429) {
    return { "content-type": PROBLEM_JSON, "retry-after": `${Number(data["retryAfterSeconds"] ?? 1)}` };
  }
  const { allow, acceptEncoding } = data;
  if (typeof acceptEncoding === "string") return { "content-type": PROBLEM_JSON, "accept-encoding": acceptEncoding };
  if (status === 405 && Array.isArray(allow)) return { "content-type": PROBLEM_JSON, allow: allow.join(", ") };
  return { "content-type": PROBLEM_JSON };
}

/** Tills speak Russian unless they ask for English before it. */
function prefersEnglish(acceptLanguage: string | null): boolean {
  if (acceptLanguage === null || !/\ben\b/i.test(acceptLanguage)) return false;
  return weightOf(acceptLanguage, "en") > weightOf(acceptLanguage, "ru");
}

function weightOf(acceptLanguage: string, language: string): number {
  let weight = 0;
  for (const part of acceptLanguage.toLowerCase().split(",")) {
    const [tag = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    if (tag !== language && !tag.startsWith(`${language}-`)) continue;
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    const given = quality === undefined ? 1 : Number(quality.slice(2));
    weight = Math.max(weight, Number.isFinite(given) ? given : 0);
  }
  return weight;
}
