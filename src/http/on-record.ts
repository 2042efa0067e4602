/**
 * What is answered out of personal data, and leaves no other trace: who was shown whose is on record before it is told.
 * Commands that the ledger has judged are in the journal, and need none.
 */
import { Problem } from "../kernel/problems.ts";
import type { DataSubject, Personal } from "../engine/definition/lookup.ts";
import type { Service } from "../service.ts";
import { isFoundNobody } from "./lookups.ts";
import { isUnforeseen } from "./problem.ts";
import type { Call } from "./route.ts";

/** What is asked for. */
interface Terms {
  /** The name of the read, or of the operation that is previewed. */
  readonly name: string;
  /** Whether it looks for somebody, so that a try that finds nobody is on record as well. */
  readonly seeks: boolean;
}

/**
 * Has a request answered, with a service that notices whose sealed fields are opened. Nothing is told, neither an answer nor a
 * problem, before their rows are durable; `unavailable` or `overloaded` where they cannot be written.
 */
export async function onRecord<T>(call: Call, terms: Terms, answer: (service: Service) => Promise<T>): Promise<T> {
  const opened = new Map<string, DataSubject>();
  const service = noting(call.service, (profile) => void opened.set(profile.id, profile));
  const told = await answer(service).then(
    (value) => ({ tell: () => value, foundNobody: false }),
    (error: unknown) => ({
      tell: (): T => {
        throw error;
      },
      foundNobody: isFoundNobody(error),
    }),
  );
  if (opened.size > 0 || (terms.seeks && told.foundNobody)) await keep(call, terms.name, [...opened.values()]);
  return told.tell();
}

/** The same service; what it has read last is read anew each time, so it is no copy. */
function noting(service: Service, opened: (profile: DataSubject) => void): Service {
  const personal: Personal = { ...service.personal, opened };
  return Object.assign(Object.create(service) as Service, { personal });
}

async function keep(call: Call, name: string, whose: readonly DataSubject[]): Promise<void> {
  const { service, actor, requestId } = call;
  const { clientId, staffId } = actor;
  if (clientId === null) return;
  const place = { storeId: fieldOf(call, "storeId"), terminalId: fieldOf(call, "terminalId") };
  try {
    await service.accessLog.write({ name, clientId, staffId, ...place, requestId }, whose);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (isUnforeseen(error)) call.fault(error);
    throw new Problem("unavailable");
  }
}

/** As the request has named it, in its query or its body. */
function fieldOf({ query, body }: Call, name: "storeId" | "terminalId"): string | null {
  const given = { ...(query as object), ...(body as object | undefined) } as Readonly<Record<string, unknown>>;
  const value = given[name];
  return typeof value === "string" ? value : null;
}
