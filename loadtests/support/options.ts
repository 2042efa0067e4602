/** What every scenario is measured by. The environment may change how long and how hard, and never what must hold. */
import type { Options, Scenario } from "k6/options";

interface Load {
  /** Visits a second, at the most. */
  readonly rate: number;
  readonly seconds: number;
  /** How many tills there are: enough that a visit finds a free one even when each takes a second. */
  readonly tills: { readonly preAllocatedVUs: number; readonly maxVUs: number };
}

/**
 * The options of a scenario, for SECONDS, at up to RATE visits a second, with P95_MS as the bound for its answers: for all
 * of them together, and for each of some routes.
 */
export function optionsOf(
  name: string,
  usualRate: number,
  scenarioOf: (load: Load) => Scenario,
  routes: readonly string[] = [],
): Options {
  const rate = numberOf("RATE", usualRate);
  const seconds = numberOf("SECONDS", 20);
  const p95 = [`p(95)<${numberOf("P95_MS", 1000)}`];
  const tills = { preAllocatedVUs: rate + 10, maxVUs: rate * 2 + 10 };
  return {
    scenarios: { [name]: scenarioOf({ rate, seconds, tills }) },
    thresholds: {
      // Every promise of the API that a visit looks at, and the proof at the end.
      checks: ["rate==1"],
      // No answer at all, or a 5xx other than a 503 that says when to come again.
      faults: ["rate==0"],
      [`http_req_duration{scenario:${name}}`]: p95,
      ...Object.fromEntries(routes.map((route) => [`http_req_duration{name:${route}}`, p95])),
      // Visits for which no till was free: more than a few, and the load was not what it says it was.
      dropped_iterations: [`count<=${Math.ceil((rate * seconds) / 50)}`],
    },
    summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
    batchPerHost: 20,
    setupTimeout: "2m",
    teardownTimeout: "10m",
  };
}

/** Arrivals climb from a fifth of the rate to the whole of it, stay there, and fall again. */
export const peak = ({ rate, seconds, tills }: Load): Scenario => ({
  executor: "ramping-arrival-rate",
  startRate: Math.ceil(rate / 5),
  stages: [
    { target: rate, duration: `${seconds * 400}ms` },
    { target: rate, duration: `${seconds * 400}ms` },
    { target: Math.ceil(rate / 5), duration: `${seconds * 200}ms` },
  ],
  ...tills,
});

function numberOf(name: string, otherwise: number): number {
  const given = __ENV[name] ?? "";
  if (given === "") return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new Error(`${name} must be a whole number above zero`);
  return Number(given);
}
