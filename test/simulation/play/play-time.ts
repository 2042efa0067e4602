/** Time passes: so long, or just until something happens; rules change, and the ledger's own jobs run now and then. */
import { visitDue } from "../../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { expireOrdersJob } from "../../../src/orders/expiry/expire-orders.ts";
import type { CommandOf } from "../commands.ts";
import { MINUTE } from "../model/rules.ts";
import { STAGES } from "../model/stages.ts";
import { installedRules } from "../../policy/rules.ts";
import type { World } from "../world.ts";
import { balanceExpected } from "./expected.ts";

export function pass(world: World, at: number): void {
  const { model, http } = world;
  if (at <= model.now) return;
  world.past.push({ at: model.now, balances: model.wallets.map((wallet) => balanceExpected(world, wallet)) });
  const expired = model.orders.filter(({ state }) => state === "expired").length;
  http.clock.moveTo(at);
  model.pass(at);
  if (model.orders.filter(({ state }) => state === "expired").length > expired) world.count("an order expires");
}

/** To the instant at which the next thing happens, or to the last one before it. */
export function passToEdge(world: World, before: boolean): void {
  const next = world.model.nextEvent();
  if (next === undefined) return;
  pass(world, before ? next - 1 : next);
}

/** Publishes rules of another stage of the rollout, in force in a while. */
export async function playStage(world: World, { stage, minutes }: CommandOf<"stage">): Promise<void> {
  const { model, http, log } = world;
  const rollout = STAGES[stage] ?? [];
  const effectiveFrom = model.now + minutes * MINUTE;
  const version = model.rollout.latest + 1;
  const rules = { ...(installedRules() as object), rollout };
  const answer = await http.put(`/v1/policies/${version}`, {
    effectiveFrom: world.instant(effectiveFrom),
    note: "test",
    rules,
  });
  log.say(`${world.instant()} version ${version} from ${world.instant(effectiveFrom)}: ${JSON.stringify(rollout)}`);
  world.expect("stage", answer, { status: 200, body: { version } });
  model.rollout.publish(effectiveFrom, rollout);
}

/** No balance, and no state of an order, depends on when they run. */
export async function runJobs({ http, log }: World): Promise<void> {
  const ledger = ledgerItself(http.service);
  await visitDue(ledger);
  await expireOrdersJob.begin(ledger)(new AbortController().signal);
  log.say("the ledger's jobs run");
}
