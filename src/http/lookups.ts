/**
 * Look-ups: whatever finds somebody by what they present, and says where it finds nobody. One that finds nobody costs as
 * much as twenty that do: a till mistypes now and then, whoever tries numbers one after another misses mostly.
 */
import type { RateLimiterMemory } from "rate-limiter-flexible";
import { namesByIdentifier, tellsOfMember } from "../kernel/fields.ts";
import { Problem, type ProblemKind, problems } from "../kernel/problems.ts";
import type { Service } from "../service.ts";
import { RefusedCommand } from "./problem.ts";

/** What a look-up costs that finds somebody, and one that finds nobody. */
const HIT = 1;
const MISS = 20;

/**
 * A sale costs nothing where it is made: it does not stop for what was looked up, and its trace is in the books. Where it
 * is refused, it has told of a card what a look-up tells.
 */
export type LookupKind = "lookup" | "sale";

/** How a route or an item says what its requests are: see `HttpTerms`. */
export type Rate = "sale" | "lookup" | undefined;

/** As what a request is counted; undefined: it is no look-up. */
export function lookupKind(rate: Rate, body: unknown): LookupKind | undefined {
  if (rate === "lookup") return "lookup";
  if (!namesByIdentifier(body)) return undefined;
  if (rate === "sale") return tellsOfMember(body) ? "sale" : undefined;
  return "lookup";
}

/** What a look-up is asked as. */
export interface AskedLookup {
  readonly clientId: string;
  readonly kind: LookupKind;
  readonly service: Service;
  /** Told what is left of the client's rate. */
  readonly told?: (headers: Headers) => void;
}

type Headers = Readonly<Record<string, string>>;

/** Of one client: what those under way may still cost, and whose turn it is to begin. */
interface UnderWay {
  mayCost: number;
  turn: Promise<void>;
  /** Called when one has ended. */
  ended: () => void;
}

/** Look-ups of all clients, under a limit. */
export class Lookups {
  readonly #limiter: RateLimiterMemory;
  readonly #count: (clientId: string, points: number) => Promise<Headers>;
  readonly #clients = new Map<string, UnderWay>();

  /** `count` counts points of a client, and throws where there are too many. */
  constructor(limiter: RateLimiterMemory, count: (clientId: string, points: number) => Promise<Headers>) {
    this.#limiter = limiter;
    this.#count = count;
  }

  /** Does what is a look-up, within the limit, with a service that notices where nobody is found; counts what it costs. */
  async run<T>(asked: AskedLookup, work: (service: Service) => Promise<T> | T): Promise<T> {
    const { clientId, kind, service } = asked;
    const client = await this.#begin(asked);
    let nobody = false;
    let refused = false;
    try {
      return await work(noticing(service, () => (nobody = true)));
    } catch (error) {
      const foundNobody = isFoundNobody(error);
      nobody ||= foundNobody;
      refused = foundNobody || error instanceof RefusedCommand;
      throw error;
    } finally {
      const cost = kind === "sale" && !refused ? 0 : nobody ? MISS : HIT;
      if (cost > HIT) await this.#limiter.penalty(clientId, cost - HIT);
      if (cost < HIT) await this.#limiter.reward(clientId, HIT - cost);
      client.mayCost -= MISS - HIT;
      client.ended();
    }
  }

  /**
   * Begins once there is room for the most that all under way may cost: many at once find no more than one after another.
   * Near the limit they wait for each other, and none is refused for what others might have cost.
   */
  async #begin({ clientId, told }: AskedLookup): Promise<UnderWay> {
    const client = this.#clientOf(clientId);
    const before = client.turn;
    let pass = () => {};
    client.turn = new Promise((resolve) => (pass = resolve));
    await before;
    try {
      for (;;) {
        // Before it is asked: one may end meanwhile.
        const ended = new Promise<void>((resolve) => (client.ended = resolve));
        if (!(await this.#mustWait(clientId, client.mayCost))) break;
        await ended;
      }
      const left = await this.#count(clientId, HIT);
      told?.(left);
      client.mayCost += MISS - HIT;
      return client;
    } finally {
      pass();
    }
  }

  async #mustWait(clientId: string, mayCost: number): Promise<boolean> {
    const { points } = this.#limiter;
    const used = (await this.#limiter.get(clientId))?.consumedPoints ?? 0;
    return mayCost > 0 && used < points && used + mayCost + MISS > points;
  }

  #clientOf(clientId: string): UnderWay {
    const known = this.#clients.get(clientId);
    if (known !== undefined) return known;
    const fresh: UnderWay = { mayCost: 0, turn: Promise.resolve(), ended: () => {} };
    this.#clients.set(clientId, fresh);
    return fresh;
  }
}

/** The same service; what it has read last is read anew each time, so it is no copy. */
const noticing = (service: Service, notice: () => void): Service =>
  Object.assign(Object.create(service) as Service, { foundNobody: notice });

/** Whether a refusal says that nobody was found. */
export function isFoundNobody(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  const kind: ProblemKind = problems[error.code];
  return kind.foundNobody === true;
}
