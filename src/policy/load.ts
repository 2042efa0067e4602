/** Reads all versions of the policy. */
import { compilePolicy } from "./policy.ts";
import { PolicyRules } from "./schema.ts";
import { type PolicyTimeline, timeline } from "./timeline.ts";

interface PolicyRow {
  readonly version: number;
  readonly effective_from: Date;
  readonly rules: unknown;
}

/** Loads the programme's rules; throws where a version does not have the agreed form, so that the service does not start on it. */
export async function loadPolicies(run: (text: string) => Promise<PolicyRow[]>): Promise<PolicyTimeline> {
  const rows = await run("select version, effective_from, rules from policies order by version");
  return timeline(
    rows.map((row) => ({
      effectiveFrom: row.effective_from.getTime(),
      policy: compilePolicy(row.version, PolicyRules.parse(row.rules)),
    })),
  );
}
