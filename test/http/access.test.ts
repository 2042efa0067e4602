/** Who may do what, over every route: the table is written here once more, by hand, and must be complete. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Scope, SCOPES } from "../../src/kernel/permissions.ts";
import type { Route } from "../../src/http/route.ts";
import { modules } from "../../src/modules.ts";
import { routes } from "../support/contract.ts";
import { badWorld, type Subject, subjects, type World, writtenBy } from "./bad-input/subjects.ts";

const TILLS = "pos checkout admin";
const READERS = "pos checkout crm support security finance admin";

const WHO: Readonly<Record<string, string>> = {
  "post /v1/profiles": "pos checkout crm admin",
  "post /v1/members/lookup": "pos checkout crm support security admin",
  "get /v1/members/{memberId}": READERS,
  "get /v1/members/{memberId}/balance": READERS,
  "get /v1/members/{memberId}/lots": READERS,
  "get /v1/members/{memberId}/transfers": READERS,
  "get /v1/members/{memberId}/explain": READERS,
  "post /v1/members/{memberId}/identifiers": "crm support admin",
  "post /v1/members/{memberId}/identifiers/end": "crm support admin",
  "get /v1/members/{memberId}/identifiers": "crm support admin",
  "post /v1/members/{memberId}/block": "security admin",
  "post /v1/members/{memberId}/unblock": "security admin",
  "get /v1/members/{memberId}/blocks": "security admin",
  "post /v1/members/{memberId}/erase": "support admin",
  "post /v1/members/{memberId}/erase/cancel": "support admin",
  "get /v1/members/{memberId}/erasure": "support admin",
  "post /v1/profiles/{profileId}/consents": "pos checkout crm support admin",
  "get /v1/members/{memberId}/consents": "pos checkout crm support admin",
  "get /v1/members/{memberId}/accesses": "security admin",
  "get /v1/accesses": "security admin",
  "post /v1/members/{memberId}/representatives": "crm support admin",
  "get /v1/members/{memberId}/representatives": "crm support admin",
  "post /v1/representatives/{representationId}/end": "crm support admin",
  "post /v1/merges": "support admin",
  "get /v1/merges/{mergeId}": "support admin",
  "post /v1/merges/{mergeId}/unmerge": "support admin",
  "get /v1/members/{memberId}/merges": "support admin",
  "post /v1/profiles/{profileId}/part": "support admin",
  "get /v1/match-candidates": "support admin",
  "post /v1/match-candidates": "support admin",
  "get /v1/match-candidates/{candidateId}": "support admin",
  "post /v1/match-candidates/{candidateId}/assign": "support admin",
  "post /v1/match-candidates/{candidateId}/decision": "support admin",
  "post /v1/merge-overrides": "support admin",
  "get /v1/merge-overrides": "support admin",
  "post /v1/merge-overrides/{overrideId}/approve": "support admin",
  "post /v1/links": "checkout admin",
  "post /v1/links/{linkId}/confirm": "checkout admin",
  "post /v1/quotes": TILLS,
  "post /v1/purchases": TILLS,
  "get /v1/purchases/{purchaseId}": "pos checkout support finance admin",
  "post /v1/purchases/lookup": "pos checkout support finance admin",
  "post /v1/purchases/{purchaseId}/returns": TILLS,
  "post /v1/returns": TILLS,
  "get /v1/returns/{returnId}": "pos checkout support finance admin",
  "post /v1/reversals": TILLS,
  "post /v1/accruals": "crm admin",
  "post /v1/redemptions": TILLS,
  "post /v1/holds": TILLS,
  "get /v1/holds/{holdId}": TILLS,
  "post /v1/holds/{holdId}/capture": TILLS,
  "post /v1/holds/{holdId}/release": TILLS,
  "post /v1/orders": "checkout crm admin",
  "post /v1/orders/{orderId}/ready": TILLS,
  "post /v1/orders/{orderId}/pickups": TILLS,
  "post /v1/orders/{orderId}/reroute": TILLS,
  "post /v1/orders/{orderId}/cancel": TILLS,
  "post /v1/orders/{orderId}/code": "checkout crm admin",
  "get /v1/orders/{orderId}": "pos checkout crm support admin",
  "get /v1/pickups": "pos checkout crm support admin",
  "get /v1/members/{memberId}/card": READERS,
  "post /v1/batches": "pos checkout crm admin",
  "get /v1/proof": "finance admin",
  "post /v1/periods/{month}/close": "finance admin",
  "post /v1/periods/{month}/reopen": "finance admin",
  "get /v1/periods": "finance admin",
  "post /v1/settlements": "finance admin",
  "post /v1/settlements/{settlementId}/agree": "finance admin",
  "post /v1/settlements/{settlementId}/drop": "finance admin",
  "post /v1/settlements/{settlementId}/paid": "finance admin",
  "get /v1/settlements": "finance admin",
  "get /v1/settlements/{settlementId}": "finance admin",
  "get /v1/settlements/{settlementId}/statement": "finance admin",
  "get /v1/exports/settlement": "finance admin",
  "get /v1/exports/settlement/totals": "finance admin",
  "post /v1/adjustments": "support finance admin",
  "get /v1/adjustments": "support finance admin",
  "get /v1/adjustments/{adjustmentId}": "support finance admin",
  "post /v1/adjustments/{adjustmentId}/approve": "finance admin",
  "post /v1/adjustments/{adjustmentId}/reject": "support finance admin",
  "post /v1/adjustments/{adjustmentId}/reverse": "support finance admin",
  "get /v1/adjustment-reasons": "support finance admin",
  "get /v1/adjustment-costs": "finance admin",
  "get /v1/adjustment-costs/page": "finance admin",
  "get /v1/exports/adjustments": "finance admin",
  "get /v1/exports/adjustments/totals": "finance admin",
  "post /v1/reconciliations": "finance admin",
  "get /v1/reconciliations": "finance admin",
  "get /v1/reconciliations/{reconciliationId}": "finance admin",
  "get /v1/reconciliations/{reconciliationId}/breaks": "finance admin",
  "post /v1/reconciliations/{reconciliationId}/cancel": "finance admin",
  "get /v1/breaks/{breakId}": "finance admin",
  "post /v1/breaks/{breakId}/assign": "finance admin",
  "post /v1/breaks/{breakId}/comment": "finance admin",
  "post /v1/breaks/{breakId}/resolve": "finance admin",
  "post /v1/breaks/{breakId}/correct": "finance admin",
  "get /v1/break-rules": "finance admin",
  "post /v1/break-rules/{ruleId}/end": "finance admin",
  "get /v1/measures": "finance admin",
  "get /v1/exports/measures": "finance admin",
  "get /v1/exports/measures/totals": "finance admin",
  "get /v1/exports/journal": "finance admin",
  "get /v1/exports/journal/totals": "finance admin",
  "get /v1/exports/categories": "finance admin",
  "get /v1/exports/categories/totals": "finance admin",
  "get /v1/exports/trial-balance": "finance admin",
  "get /v1/exports/trial-balance/totals": "finance admin",
  "get /v1/exports/liability": "finance admin",
  "get /v1/exports/liability/totals": "finance admin",
  "get /v1/exports/ageing": "finance admin",
  "get /v1/exports/ageing/totals": "finance admin",
  "get /v1/exports/breakage": "finance admin",
  "get /v1/exports/breakage/totals": "finance admin",
  "get /v1/exports/cohorts": "finance admin",
  "get /v1/exports/cohorts/totals": "finance admin",
  "get /v1/exports/entries": "finance admin",
  "get /v1/exports/entries/totals": "finance admin",
  "post /v1/clients": "admin",
  "get /v1/clients": "admin",
  "post /v1/clients/{clientId}/rotate": "admin",
  "post /v1/clients/{clientId}/revoke": "admin",
  "put /v1/brands/{brand}": "admin",
  "get /v1/brands": "admin",
  "put /v1/stores/{storeId}": "admin",
  "get /v1/stores": "admin",
  "put /v1/staff/{staffId}": "admin",
  "get /v1/staff": "admin",
  "put /v1/terminals/{terminalId}": "admin",
  "get /v1/policies": "admin",
  "get /v1/policies/{version}": "admin",
  "put /v1/policies/{version}": "admin",
  "get /v1/clock": "admin",
  "put /v1/clock": "admin",
};

interface Made {
  readonly clientId: string;
  readonly key: string;
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const named = routes.map((route) => ({ name: nameOf(route), route }));

/** Operations that may stand in a batch. */
const inBatches = modules
  .flatMap(({ operations }) => operations)
  .filter(({ http }) => http.batchItem !== undefined)
  .map(({ name, http }) => ({ name, http }));
interface Results {
  readonly results: readonly { readonly status: number; readonly body: { readonly code?: string } }[];
}
const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
/** The path of the route that a subject is for, as the document writes it. */
const routeOfSubject = (subject: Subject) =>
  subject.path({ purchaseId: "{purchaseId}", holdId: "{holdId}", orderId: "{orderId}" } as World).split("?")[0];

let world: World;
const keys = new Map<Scope, string>();
beforeAll(async () => {
  world = await badWorld();
  for (const scope of SCOPES) keys.set(scope, await world.newKey([scope]));
});
afterAll(() => world.close());

/** A request that would get no further than the check of its form. */
async function knock({ method, path }: Route, key: string, headers: Record<string, string> = {}) {
  const url = path.replaceAll(/\{\w+\}/g, "x");
  const asked = { key, headers };
  if (method === "get") return world.get(url, asked);
  return method === "put" ? world.put(url, "{", asked) : world.post(url, "{", asked);
}

describe("every route", () => {
  it("has its line in this table, and the table has no others", () => {
    expect(named.map(({ name }) => name).toSorted()).toEqual(Object.keys(WHO).toSorted());
  });

  it.each(named)("needs a key that is known: $name", async ({ route }) => {
    const unauthenticated = { status: 401, body: { code: "unauthenticated" } };
    for (const key of ["", "wrong", `mck_${"x".repeat(43)}`, "x".repeat(300)]) {
      const answer = await knock(route, key);
      expect(answer).toMatchObject(unauthenticated);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
    const admin = keys.get("admin")!;
    for (const authorization of [admin, `Basic ${admin}`, `Bearer${admin}`, `Bearer  ${admin}`, `Bearer ${admin} x`]) {
      expect(await knock(route, "", { authorization })).toMatchObject(unauthenticated);
    }
  });

  it.each(named)("serves these scopes and no others: $name", async ({ name, route }) => {
    for (const scope of SCOPES) {
      const { status, body } = await knock(route, keys.get(scope)!);
      const served = status !== 401 && body["code"] !== "forbidden";
      expect({ name, scope, served }).toEqual({ name, scope, served: WHO[name]?.split(" ").includes(scope) });
    }
  });

  it.each(named)("refuses a key that was revoked, and one that was rotated: $name", async ({ route }) => {
    const make = async () => (await world.post<Made>("/v1/clients", { name: "test", scopes: ["admin"] })).body;
    const [gone, turned] = [await make(), await make()];
    await world.post(`/v1/clients/${gone.clientId}/revoke`, {});
    const rotated = await world.post<Made>(`/v1/clients/${turned.clientId}/rotate`, {});
    expect(await knock(route, gone.key)).toMatchObject({ status: 401 });
    expect(await knock(route, turned.key)).toMatchObject({ status: 401 });
    expect((await knock(route, rotated.body.key)).status).not.toBe(401);
  });
});

describe("a client of one brand", () => {
  // Administrators belong to no brand.
  const bound = subjects.filter((subject) => {
    const { brand, receipt } = subject.body({} as World) as { brand?: string; receipt?: { brand: string } };
    return subject.isAdministrators !== true && (brand ?? receipt?.brand) === "mvideo";
  });
  const lookups = ["a lookup of a receipt"];

  it.each(bound.filter(({ name }) => !lookups.includes(name)))(
    "may not send $name for the other one",
    async (subject) => {
      const other = await world.newKey(["pos", "crm", "checkout", "support"], "eldorado");
      const written = await writtenBy(world, async () => {
        const answer = await world.post(subject.path(world), subject.body(world), { key: other });
        expect(answer).toMatchObject({ status: 403, body: { code: "brand_forbidden" } });
      });
      expect(written).toEqual({});
    },
  );

  it("is held to its brand on every command whose body names one", () => {
    const tested = new Set(bound.map(routeOfSubject));
    // Administrators belong to no brand; look-ups change nothing.
    const commands = routes.filter(
      ({ idempotency, permission }) => idempotency !== "never" && permission !== "administer",
    );
    const naming = commands.filter(({ body }) => {
      const shape = (body as { shape?: object } | undefined)?.shape ?? {};
      return "brand" in shape || "receipt" in shape;
    });
    expect(naming.length).toBeGreaterThan(6);
    const free = naming.filter(({ actsForBrand }) => actsForBrand !== true).map(nameOf);
    expect(free, "routes whose operation lacks `actsFor`").toEqual([]);
    const untested = naming.filter(({ path }) => !tested.has(path)).map(nameOf);
    expect(untested, "routes without a body in test/http/bad-input/subjects.ts").toEqual([]);
  });

  it("may not do so in a batch either", async () => {
    const other = await world.newKey(["pos", "crm"], "eldorado");
    const ids: Readonly<Record<string, unknown>> = { ...world };
    const items = inBatches.flatMap(({ name, http: { path, batchItem: op } }) =>
      bound
        .filter((subject) => routeOfSubject(subject) === path)
        .slice(0, 1)
        .map((subject) => {
          const inPath = Object.fromEntries(parametersOf(path).map((parameter) => [parameter, ids[parameter]]));
          return { op, idempotencyKey: name, body: { ...inPath, ...subject.body(world) } };
        }),
    );
    const naming = routes.filter(({ actsForBrand }) => actsForBrand === true).map(({ path }) => path);
    const expected = inBatches.filter(({ http }) => naming.includes(http.path)).map(({ name }) => name);
    expect(items.map(({ idempotencyKey }) => idempotencyKey)).toEqual(expected);
    const answer = await world.post<Results>("/v1/batches", { items }, { key: other });
    const told = answer.body.results.map(({ status, body }) => `${status} ${body.code}`);
    expect(told).toEqual(items.map(() => "403 brand_forbidden"));
  });

  it("does not see the other brand's holds, nor that they are there", async () => {
    const other = await world.newKey(["pos"], "eldorado");
    const path = `/v1/holds/${world.holdId}`;
    const hidden = { status: 404, body: { code: "hold_not_found" } };
    expect(await world.get(path, { key: other })).toMatchObject(hidden);
    expect(await world.post(`${path}/capture`, {}, { key: other })).toMatchObject(hidden);
    expect(await world.post(`${path}/release`, {}, { key: other })).toMatchObject(hidden);
    expect(await world.get(path, { key: world.till })).toMatchObject({ status: 200, body: { status: "open" } });
  });

  it("sees the other brand's sales, since goods come back at either", async () => {
    const other = await world.newKey(["pos"], "eldorado");
    expect(await world.get(`/v1/purchases/${world.purchaseId}`, { key: other })).toMatchObject({ status: 200 });
  });
});

describe("compensation", () => {
  it("is granted by adjustments, and by an accrual of an administrator alone", async () => {
    const accrual = subjects.find(({ name }) => name === "an accrual")!;
    const body = { ...accrual.body(world), kind: "compensation" };
    for (const scope of ["support", "crm"] as const) {
      expect(await world.post("/v1/accruals", body, { key: keys.get(scope)! })).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
    }
    expect(await world.post("/v1/accruals", body, { key: keys.get("admin")! })).toMatchObject({ status: 201 });
  });
});

describe("a batch", () => {
  it.each(inBatches)("takes $name from whom its own route takes it, and from nobody else", async ({ name, http }) => {
    for (const scope of WHO["post /v1/batches"]!.split(" ") as Scope[]) {
      // It gets no further than the check of its form.
      const body = Object.fromEntries(parametersOf(http.path).map((parameter) => [parameter, "x"]));
      const items = [{ op: http.batchItem, idempotencyKey: `${name}-${scope}`, body }];
      const answer = await world.post<Results>("/v1/batches", { items }, { key: keys.get(scope)! });
      const served = answer.body.results.map((result) => result.body.code !== "forbidden");
      const may = WHO[`${http.method} ${http.path}`]?.split(" ").includes(scope);
      expect({ name, scope, served }).toEqual({ name, scope, served: [may] });
    }
  });
});
