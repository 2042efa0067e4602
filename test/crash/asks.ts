/** What tills ask of a service in these tests: plain data, so that it can go to another process and be sent again. */
import type { Actor } from "../../src/engine/actor.ts";
import type { Judged } from "../../src/engine/outcome.ts";
import { submit } from "../../src/engine/group/submit.ts";
import { SCOPES } from "../../src/kernel/permissions.ts";
import type { Service } from "../../src/service.ts";

export interface Ask {
  /** The operation's name. */
  readonly operation: string;
  readonly body: object;
  readonly params?: Readonly<Record<string, string>>;
  /** Who of the staff asks. */
  readonly staffId?: string;
}

/** Who asks; the ledger's own support file cannot be loaded outside of a test run. */
const TILL: Actor = {
  clientId: "cli_00000000000070008000000000000001",
  staffId: null,
  scopes: new Set(SCOPES),
  brand: null,
};

/** Does what is asked, as the routes do. */
export function perform(service: Service, idempotencyKey: string, ask: Ask): Promise<Judged> {
  const operation = service.modules.flatMap(({ operations }) => operations).find(({ name }) => name === ask.operation);
  if (operation?.body === undefined) throw new Error(`nobody can ask for ${ask.operation}`);
  const { params = {} } = ask;
  const received = { operation: operation.name, body: { ...ask.body, ...params } };
  return submit(service, operation, {
    actor: { ...TILL, staffId: ask.staffId ?? null },
    idempotencyKey,
    params,
    body: operation.body.parse(ask.body),
    received,
  });
}
