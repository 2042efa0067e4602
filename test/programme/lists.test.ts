import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page, PageQuery } from "../../src/engine/definition/page.ts";
import type { AnyRead } from "../../src/engine/definition/read.ts";
import { listPolicies } from "../../src/programme/policies/policy-reads.ts";
import { listBrands, listClients, listStores } from "../../src/programme/reads/lists.ts";
import { ensureAdministrator } from "../../src/programme/clients/administrator.ts";
import { newKey } from "../../src/programme/clients/keys.ts";
import { testLedger, type TestLedger, TILL } from "../support/ledger.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

type Row = Record<string, unknown>;

async function page(list: AnyRead, query: PageQuery): Promise<Page<Row>> {
  const asked = { actor: TILL, params: {}, query, body: undefined };
  return (await list.read(ledger.service, asked)) as Page<Row>;
}

/** Follows a list to its end. */
async function all(list: AnyRead, limit: number): Promise<Row[]> {
  const items: Row[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { items: more, nextCursor }: Page<Row> = await page(list, { limit, cursor });
    expect(more.length).toBeLessThanOrEqual(limit);
    items.push(...more);
    cursor = nextCursor;
  }
  return items;
}

describe("a list", () => {
  it("goes through all stores, a page at a time, whatever the letters of their ids", async () => {
    for (const id of ["S-1", "S 2", "С-3", "S-1/2", "Я".repeat(64)]) {
      await ledger.database
        .sql`insert into stores (store_id, brand, name, time_zone) values (${id}, 'mvideo', 'x', 'Europe/Moscow')`;
    }
    const ids = (await all(listStores, 1)).map(({ storeId }) => storeId);
    expect(ids).toHaveLength(8);
    expect(new Set(ids)).toEqual(new Set(["E-1", "M-1", "M-9", "S 2", "S-1", "S-1/2", "С-3", "Я".repeat(64)]));
  });

  it("of brands and of policies shows what the database has", async () => {
    expect((await all(listBrands, 1)).map(({ brand }) => brand)).toEqual(["eldorado", "mvideo"]);
    const policies = await all(listPolicies, 50);
    expect(policies).toMatchObject([
      { version: 1, effectiveFrom: "2009-12-31T21:00:00.000Z", rules: { zone: "Europe/Moscow" } },
    ]);
  });

  it("of clients shows since when each has its key, and no key", async () => {
    for (let count = 0; count < 3; count += 1) await ensureAdministrator(ledger.service, newKey());
    const clients = await all(listClients, 1);
    const now = new Date(ledger.clock.now()).toISOString();
    expect(clients).toHaveLength(1);
    const [{ clientId, ...shown } = {}] = clients;
    expect(clientId).toMatch(/^cli_[0-9a-f]{32}$/);
    const since = { createdAt: now, keySince: now, revokedAt: null };
    expect(shown).toEqual({ name: "administrator", scopes: ["admin"], brand: null, ...since });
  });

  it.each(["", "zzz", "AAAA", "%00", "TS0x\n", "TS0x="])(
    "refuses the cursor %j, which no page gave",
    async (cursor) => {
      await expect(page(listClients, { limit: 2, cursor })).rejects.toMatchObject({ code: "invalid_request" });
    },
  );
});
