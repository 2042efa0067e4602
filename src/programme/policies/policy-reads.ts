/** Reads of the rules: all versions, or one. */
import type { z } from "@hono/zod-openapi";
import { pageSchema } from "../../kernel/answers.ts";
import { Problem } from "../../kernel/problems.ts";
import { PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import type { policies } from "../../policy/tables.ts";
import { type List, readList } from "../reads/list.ts";
import { VersionInPath } from "./policy-publication.ts";
import { policyRows } from "./policy-store.ts";
import { PolicyView, policyView } from "./policy-view.ts";

const SELECT = `select ${policyRows.list("p")} from policies p`;
const policyList: List<typeof policies.$inferSelect> = {
  text: `${SELECT} where p.version > $1::int order by p.version limit $2::int`,
  first: 0,
  key: /^[1-9]\d{0,8}$/,
  keyOf: ({ version }) => `${version}`,
  decode: (values) => policyRows.decode(values),
};

export const listPolicies = defineRead({
  name: "list-policies",
  permission: "administer",
  http: { method: "get", path: "/v1/policies", tag: "Rules", summary: "Versions of the programme's rules" },
  query: PageQuery,
  problems: ["unprocessable_request"],
  answer: { description: "A page, by version.", schema: pageSchema(PolicyView).openapi("PolicyVersions") },
  read: ({ reader }, { query }) => readList(reader, policyList, query, policyView),
});

const ONE = `${SELECT} where p.version = $1::int`;

export const readPolicy = defineRead({
  name: "read-policy",
  permission: "administer",
  http: { method: "get", path: "/v1/policies/{version}", tag: "Rules", summary: "One version of the rules" },
  params: VersionInPath,
  problems: ["policy_not_found"],
  answer: { description: "The version.", schema: PolicyView },
  async read({ reader }, { params: { version } }): Promise<z.input<typeof PolicyView>> {
    const [values] = await reader.values(ONE, [version]);
    if (values === undefined) throw new Problem("policy_not_found");
    return policyView(policyRows.decode(values));
  },
});
