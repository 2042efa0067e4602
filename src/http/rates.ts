/** Limits of rates, for each client and process. Generous to tills; tighter on look-ups by what a customer presents. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "../kernel/problems.ts";
import type { Service } from "../service.ts";
import { type AskedLookup, Lookups } from "./lookups.ts";

/** Requests that a client may send in a minute; zero: no limit. */
export interface RateLimits {
  readonly requestsPerMinute: number;
  readonly lookupsPerMinute: number;
}

const UNLIMITED: RateLimits = { requestsPerMinute: 0, lookupsPerMinute: 0 };

const MINUTE_SECONDS = 60;

type Headers = Readonly<Record<string, string>>;

export interface Rates {
  /** Counts a request; `rate_limited` where the client has used up its minute. Answers the headers that tell what is left. */
  request(clientId: string): Promise<Headers>;
  /** Does what is a look-up, and counts it; `rate_limited` where the client has used up its look-ups. */
  lookup<T>(asked: AskedLookup, work: (service: Service) => Promise<T> | T): Promise<T>;
}

export function createRates({ requestsPerMinute, lookupsPerMinute }: RateLimits = UNLIMITED): Rates {
  const limiter = (keyPrefix: string, points: number) =>
    points === 0 ? undefined : new RateLimiterMemory({ keyPrefix, points, duration: MINUTE_SECONDS });
  const requests = limiter("requests", requestsPerMinute);
  const limited = limiter("lookups", lookupsPerMinute);
  const lookups = limited && new Lookups(limited, (clientId, points) => consume(limited, "lookups", clientId, points));
  return {
    request: (clientId) => consume(requests, "requests", clientId),
    lookup: async (asked, work) => (lookups === undefined ? work(asked.service) : lookups.run(asked, work)),
  };
}

async function consume(
  limiter: RateLimiterMemory | undefined,
  name: string,
  clientId: string,
  points = 1,
): Promise<Headers> {
  if (limiter === undefined) return {};
  try {
    return headersOf(name, limiter.points, await limiter.consume(clientId, points));
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
