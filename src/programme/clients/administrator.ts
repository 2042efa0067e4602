/**
 * Makes sure that somebody can administer. A key of the configuration belongs to one client, the configured
 * administrator, which is known by a setting: when the configuration has another key, the one before it ends.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { as, fromUuid } from "../../kernel/ids.ts";
import type { Scope } from "../../kernel/permissions.ts";
import { Problem } from "../../kernel/problems.ts";
import type { ClientId } from "../../engine/actor.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { type Ledger, submitOwn } from "../../engine/group/submit.ts";
import { settingStore } from "../documents.ts";
import { bucketOfSubject, oneAtATime } from "../subject.ts";
import { type ClientDocument, withOnlyKey, withoutKeys } from "./client.ts";
import { clientStore } from "./client-store.ts";
import { hashKey, newKey } from "./keys.ts";

/** The setting that says which client the service itself made an administrator, and whether by its configuration. */
const ADMINISTRATOR = "administrator";
const AdministratorSetting = z.strictObject({ clientId: idText("cli"), configured: z.boolean() });
type AdministratorSetting = z.output<typeof AdministratorSetting>;

interface Input {
  readonly keyHash: string;
  readonly configured: boolean;
  /** The setting as it was found. */
  readonly setting: AdministratorSetting | undefined;
  /** Who has the key already. */
  readonly owner: ClientId | undefined;
}

/** Gives the administrator its key, and ends what was configured before. */
export const administratorKey = ownOperation({
  name: "administrator-key",
  answer: z.strictObject({ clientId: idText("cli") }),
  bucket: () => bucketOfSubject("setting", ADMINISTRATOR),
  naturalKeys: () => oneAtATime("setting", ADMINISTRATOR),
  needs({ setting, owner }: Input) {
    const clients = new Set([setting?.clientId, owner].filter((id) => id !== undefined));
    return { documents: [need(settingStore, ADMINISTRATOR), ...[...clients].map((id) => need(clientStore, id))] };
  },
  decide(context, input) {
    const { document, now } = context;
    const { keyHash, configured, setting } = input;
    if (!isDeepStrictEqual(valueIn(document(settingStore, ADMINISTRATOR)), setting)) return stale;
    const former = configured && setting?.configured === true ? document(clientStore, setting.clientId) : undefined;
    const client = whoGets(context, input, former);
    if (client === undefined) return stale;
    const { id: clientId } = client;
    const value: AdministratorSetting = { clientId, configured };
    const replaced = former === undefined || former.id === clientId ? [] : [withoutKeys(former, now)];
    return accept({
      answer: { clientId },
      documents: [
        save(settingStore, ADMINISTRATOR, { name: ADMINISTRATOR, value }),
        save(clientStore, clientId, withOnlyKey(client, keyHash, now)),
        ...replaced.map((other) => save(clientStore, other.id, other)),
      ],
    });
  },
});

/** Whoever has the key, else the administrator of before, else a new one. Undefined where the key has ended meanwhile. */
function whoGets(
  { document, now, operationId }: CommandContext,
  { owner, keyHash }: Input,
  former: ClientDocument | undefined,
): ClientDocument | undefined {
  if (owner !== undefined) {
    const client = document(clientStore, owner);
    const has = client?.keys.some((key) => key.keyHash === keyHash && key.revokedAt === null);
    return client?.revokedAt === null && has ? client : undefined;
  }
  if (former?.revokedAt === null) return former;
  const id = as("cli", operationId);
  return { id, name: "administrator", scopes: ["admin"], brand: null, createdAt: now, revokedAt: null, keys: [] };
}

const valueIn = (setting: { readonly value: unknown } | undefined): AdministratorSetting | undefined =>
  setting === undefined ? undefined : AdministratorSetting.parse(setting.value);

/** How often it is tried while other processes start as well. */
const MAX_TRIES = 5;

/**
 * Makes sure that the configured key administers, and that none of before does; without one, makes a key at the first
 * start, which is answered so that it can be printed once. A configured key that has ended, by whatever way, stays so, and
 * is refused with `AdministratorKeyRefused`: a service with a key that opens nothing would look as if all were well.
 */
export async function ensureAdministrator(ledger: Ledger, configured: string | undefined): Promise<string | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const key = configured ?? newKey();
    const input = await inputFor(ledger.reader, hashKey(key), configured !== undefined);
    if (input === undefined) return undefined;
    const outcome = await submitOwn(ledger, administratorKey, input);
    if (outcome.kind !== "accepted") continue;
    ledger.directory.changed();
    return configured === undefined ? key : undefined;
  }
  throw new Problem("unavailable");
}

const SOMEBODY_ADMINISTERS = `select 1 from clients c join client_keys k on k.client_id = c.client_id
  where exists (select 1 from json_array_elements_text(c.scopes) as s (scope) where s.scope = 'admin')
    and c.revoked_at is null and k.revoked_at is null limit 1`;
const OWNER = `select c.client_id, c.scopes, k.revoked_at is null and c.revoked_at is null as open
  from client_keys k join clients c on c.client_id = k.client_id where k.key_hash = $1`;

/** The configured key cannot administer. The message names no key. */
export class AdministratorKeyRefused extends Error {
  override readonly name = "AdministratorKeyRefused";
}

/** What is to be done; undefined where nothing is. */
async function inputFor(reader: Reader, keyHash: string, configured: boolean): Promise<Input | undefined> {
  const settings = await settingStore.load(reader, [ADMINISTRATOR], "none");
  const setting = valueIn(settings.get(ADMINISTRATOR));
  if (!configured) {
    const [somebody] = await reader.run(SOMEBODY_ADMINISTERS);
    return somebody === undefined ? { keyHash, configured, setting, owner: undefined } : undefined;
  }
  const [known] = await reader.run<{ client_id: string; scopes: readonly Scope[]; open: boolean }>(OWNER, [keyHash]);
  if (known === undefined) return { keyHash, configured, setting, owner: undefined };
  if (!known.open) throw new AdministratorKeyRefused("the key has ended, and does not come back: configure a new one");
  const administers = known.scopes.includes("admin");
  if (!administers) throw new AdministratorKeyRefused("the key is that of a client that may not administer");
  const owner = fromUuid("cli", known.client_id);
  return setting?.configured === true && setting.clientId === owner
    ? undefined
    : { keyHash, configured, setting, owner };
}
