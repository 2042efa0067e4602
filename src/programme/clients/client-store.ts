/** How clients are loaded and saved, each with its keys. */
import { uuidsOf } from "../../db/arrays.ts";
import { ifAny, TableRows } from "../../db/table-rows.ts";
import { lockable } from "../../engine/connection/locking.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { clientRows } from "../rows.ts";
import { clientKeys } from "../tables.ts";
import type { ClientDocument } from "./client.ts";

const keyRows = new TableRows(clientKeys);

const CLIENTS = lockable(
  `select ${clientRows.list("c")} from clients c where c.client_id = any($1::uuid[]) order by c.client_id`,
);
const KEYS = `select ${keyRows.list("k")} from client_keys k
  where k.client_id = any($1::uuid[]) and k.revoked_at is null order by k.created_at`;
const saveClients = clientRows.upserting(["id"], ["createdAt"]);
const saveKeys = keyRows.upserting(["keyHash"], ["clientId", "createdAt"]);

export const clientStore: DocumentStore<ClientDocument> = {
  name: clientRows.name,
  async load(tx, ids, lock) {
    const uuids = uuidsOf(ids);
    // By a statement of its own, after the locks: a joined one would read the keys as they were before it waited.
    const [found, keys] = await Promise.all([tx.values(CLIENTS[lock], [uuids]), tx.values(KEYS, [uuids])]);
    const documents = new Map<string, ClientDocument>();
    const open = keys.map((values) => keyRows.decode(values));
    for (const client of found.map((values) => clientRows.decode(values))) {
      const own = open.filter(({ clientId }) => clientId === client.id);
      const list = own.map(({ keyHash, createdAt, revokedAt }) => ({ keyHash, createdAt, revokedAt }));
      documents.set(client.id, { ...client, keys: list });
    }
    return documents;
  },
  save(changes) {
    const keys = changes.flatMap(({ document, former }) => {
      const changed = document.keys.filter((key) => former?.keys.includes(key) !== true);
      return changed.map((key) => ({ ...key, clientId: document.id }));
    });
    // Clients before their keys, which refer to them.
    const clients = changes.map(({ document }) => document);
    return [...ifAny(clients, saveClients), ...ifAny(keys, saveKeys)];
  },
};
