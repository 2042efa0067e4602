/**
 * Limits of rates, for each client and process. Generous to tills; tighter on look-ups by what a customer presents, of which
 * one that finds nobody costs as much as twenty that do: a till mistypes now and then, whoever tries numbers one after another misses mostly.
 */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { namesByIdentifier } from "../kernel/fields.ts";
import { Problem, type ProblemKind, problems } from "../kernel/problems.ts";

/** Requests that a client may send in a minute; zero: no limit. */
export interface RateLimits {
  readonly requestsPerMinute: number;
  readonly lookupsPerMinute: number;
}

const UNLIMITED: RateLimits = { requestsPerMinute: 0, lookupsPerMinute: 0 };

const MINUTE_SECONDS = 60;
/** What a look-up costs besides, where it finds nobody. */
const MISS = 19;

type Headers = Readonly<Record<string, string>>;

export interface Rates {
  /** Counts a request; `rate_limited` where the client has used up its minute. Answers the headers that tell what is left. */
  request(clientId: string): Promise<Headers>;
  /** The same of a look-up: whatever finds somebody by an identifier, and says where it finds nobody. */
  lookup(clientId: string): Promise<Headers>;
  /** Counts a look-up that found nobody. */
  missed(clientId: string): Promise<void>;
}

/** Whether a request is a look-up: one that names whom it means by an identifier, unless its route says that it is none. */
export const isLookup = (rate: "none" | "lookup" | undefined, body: unknown): boolean =>
  rate === "lookup" || (rate !== "none" && namesByIdentifier(body));

/** Does what is a look-up, having counted it; where it finds nobody, it counts the more. */
export async function asLookup<T>(rates: Rates, clientId: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem && foundNobody(error)) await rates.missed(clientId);
    throw error;
  }
}

function foundNobody({ code }: Problem): boolean {
  const kind: ProblemKind = problems[code];
  return kind.foundNobody === true;
}

export function createRates({ requestsPerMinute, lookupsPerMinute }: RateLimits = UNLIMITED): Rates {
  const limiter = (keyPrefix: string, points: number) =>
    points === 0 ? undefined : new RateLimiterMemory({ keyPrefix, points, duration: MINUTE_SECONDS });
  const requests = limiter("requests", requestsPerMinute);
  const lookups = limiter("lookups", lookupsPerMinute);
  return {
    request: (clientId) => consume(requests, "requests", clientId),
    lookup: (clientId) => consume(lookups, "lookups", clientId),
    async missed(clientId) {
      await lookups?.penalty(clientId, MISS);
    },
  };
}

async function consume(limiter: RateLimiterMemory | undefined, name: string, clientId: string): Promise<Headers> {
  if (limiter === undefined) return {};
  try {
    return headersOf(name, limiter.points, await limiter.consume(clientId));
  } catch (left) {
    if (!(left instanceof RateLimiterRes)) throw left;
    const retryAfterSeconds = Math.max(1, Math.ceil(left.msBeforeNext / 1_000));
    throw new RateLimited(retryAfterSeconds, headersOf(name, limiter.points, left));
  }
}

/** The draft of the IETF, `RateLimit header fields for HTTP`: what is left (r), and in how many seconds it begins anew (t). */
const headersOf = (name: string, quota: number, { remainingPoints, msBeforeNext }: RateLimiterRes) => ({
  "ratelimit-policy": `"${name}";q=${quota};w=${MINUTE_SECONDS}`,
  ratelimit: `"${name}";r=${Math.max(0, remainingPoints)};t=${Math.ceil(msBeforeNext / 1_000)}`,
});

/** A request too many, with the headers that say so. */
export class RateLimited extends Problem {
  readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfterSeconds: number, headers: Readonly<Record<string, string>>) {
    super("rate_limited", { retryAfterSeconds });
    this.headers = headers;
  }
}
