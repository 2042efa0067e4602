/** Publishes the next version of the rules: validated as a whole, in force from an instant to come, and never changed. */
import { z } from "@hono/zod-openapi";
import { formatInstant } from "../../kernel/clock.ts";
import { Instant, text } from "../../kernel/fields.ts";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOfHash } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { after } from "../../engine/definition/background.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { faultsOf } from "../../policy/faults.ts";
import { PolicyRules } from "../../policy/schema.ts";
import { policyStore } from "./policy-store.ts";
import { PolicyView, policyView } from "./policy-view.ts";

export const VersionInPath = z.strictObject({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(999_999)
    .openapi({ param: { name: "version", in: "path" }, type: "integer", minimum: 1, maximum: 999_999, example: 2 }),
});

const keyOf = (version: number): string => hash128(`policy|${version}`);

export const policyPublication = defineOperation({
  name: "policy-publication",
  permission: "administer",
  http: {
    method: "put",
    path: "/v1/policies/{version}",
    tag: "Rules",
    summary: "Publish the next version of the rules",
    description:
      "Validated as a whole: `policy_invalid` names every contradiction. In force from its instant on, in every process; " +
      "a receipt is judged by the version of its own day. A version is never changed: what was wrong is put right by the next one.",
    idempotencyKey: "optional",
  },
  params: VersionInPath,
  body: z.strictObject({ effectiveFrom: Instant, note: text(500), rules: PolicyRules }).openapi("PolicyTerms"),
  answers: { 200: { description: "The version.", schema: PolicyView } },
  problems: ["policy_exists", "policy_invalid", "policy_out_of_turn"],
  facts: ({ note }) => ({ reason: note }),
  async prepare({ directory }, { params: { version }, body: { effectiveFrom, note, rules } }) {
    const brands = await directory.brands();
    const errors = faultsOf(
      rules,
      brands.map(({ brand }) => brand),
    );
    if (errors.length > 0) throw new Problem("policy_invalid", { errors });
    return { version, effectiveFrom, note, rules };
  },
  bucket: ({ version }) => bucketOfHash(keyOf(version)),
  naturalKeys: ({ version }) => [{ key: keyOf(version), role: "own" }],
  conflict: () => "policy_exists",
  needs: () => ({}),
  decide({ now, policies }, published) {
    const latest = policies.versions.at(-1)?.policy.version ?? 0;
    if (published.version <= latest) return refuse("policy_exists", { latest });
    if (published.version !== latest + 1 || published.effectiveFrom <= now) {
      return reject("policy_out_of_turn", { next: latest + 1, laterThan: formatInstant(now) });
    }
    return accept({
      memberId: null,
      answer: policyView(published),
      documents: [save(policyStore, `${published.version}`, published)],
    });
  },
});

/** In reads of this process at once, of others within a second; commands are judged by what the database has. */
export const policyPublished = after(policyPublication, ({ look }) => look.policiesChanged());
