/** Reads all versions of the policy. */
import { compilePolicy } from "./policy.ts";
import { PolicyRules } from "./schema.ts";
import { type PolicyTimeline, timeline } from "./timeline.ts";

interface PolicyRow {
  readonly version: number;
  readonly effective_from: number;
  readonly rules: unknown;
}

interface Query {
  run<R>(text: string): Promise<R[]>;
}

/** Loads the programme's rules; throws where a version does not have the agreed form, so that the service does not start on it. */
export async function loadPolicies(db: Query): Promise<{ versions: bigint; timeline: PolicyTimeline }> {
  const rows = await db.run<PolicyRow>("select version, effective_from, rules from policies order by version");
  const dated = rows.map((row) => ({
    effectiveFrom: row.effective_from,
    policy: compilePolicy(row.version, PolicyRules.parse(row.rules)),
  }));
  return { versions: BigInt(rows.length), timeline: timeline(dated) };
}
