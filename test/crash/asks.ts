/** What tills ask of a service in these tests: plain data, so that it can go to another process and be sent again. */
import { accrue } from "../../src/bonuses/accrue.ts";
import { captureHold, releaseHold } from "../../src/bonuses/end-hold.ts";
import { placeHold } from "../../src/bonuses/place-hold.ts";
import { redeem } from "../../src/bonuses/redeem.ts";
import type { Command } from "../../src/engine/command.ts";
import { bucketOf, bucketOfHash, type HoldId, type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { hash128 } from "../../src/kernel/hash.ts";
import { type Caller, untilFresh } from "../../src/members/desk.ts";
import { register } from "../../src/members/register.ts";
import {
  type Judged,
  type ReturnBody,
  returnAtCounter,
  type SaleBody,
  sellAtCounter,
} from "../../src/sales/counter.ts";
import { type ReversalBody, reverseAtCounter } from "../../src/sales/reversal-counter.ts";
import type { Service } from "../../src/service.ts";

/** Who asks; the ledger's own support file cannot be loaded outside of a test run. */
export const CLIENT = "cli_00000000000070008000000000000001";

export type Ask =
  | { readonly kind: "register"; readonly externalId: string }
  | { readonly kind: "accrual"; readonly memberId: MemberId; readonly amount: bigint }
  | { readonly kind: "redemption"; readonly memberId: MemberId; readonly amount: bigint }
  | { readonly kind: "sale"; readonly body: SaleBody }
  | { readonly kind: "return"; readonly purchaseId: string; readonly body: ReturnBody }
  | { readonly kind: "reversal"; readonly body: ReversalBody }
  | { readonly kind: "hold"; readonly memberId: MemberId; readonly amount: bigint; readonly expiresAt: number }
  | { readonly kind: "capture" | "release"; readonly memberId: MemberId; readonly holdId: HoldId };

/** The name under which the ledger keeps what was accepted of each kind. */
export const COMMAND_OF: Readonly<Record<Ask["kind"], string>> = {
  register: "register-profile",
  accrual: "accrue",
  redemption: "redeem",
  sale: "purchase",
  return: "return",
  reversal: "reverse-purchase",
  hold: "place-hold",
  capture: "capture-hold",
  release: "release-hold",
};

/** Does what is asked, as the routes do. */
export function perform(service: Service, caller: Caller, ask: Ask): Promise<Judged> {
  const brand = "mvideo";
  const on = <I, A>(command: Command<I, A>, memberId: MemberId, input: I) =>
    run(service, caller, command, memberId, input);
  switch (ask.kind) {
    case "register":
      return registerOne(service, caller, ask.externalId);
    case "accrual": {
      const { memberId, amount } = ask;
      return on(accrue, memberId, {
        memberId,
        amount,
        brand: "eldorado",
        kind: "promo",
        activeAt: null,
        expiresAt: null,
      });
    }
    case "redemption":
      return on(redeem, ask.memberId, { memberId: ask.memberId, amount: ask.amount, brand });
    case "hold": {
      const { memberId, amount, expiresAt } = ask;
      return on(placeHold, memberId, { memberId, amount, brand, expiresAt, reference: "crash" });
    }
    case "capture":
      return on(captureHold, ask.memberId, { memberId: ask.memberId, holdId: ask.holdId, amount: null });
    case "release":
      return on(releaseHold, ask.memberId, { memberId: ask.memberId, holdId: ask.holdId });
    case "sale":
      return sellAtCounter(service, caller, ask.body);
    case "return":
      return returnAtCounter(service, caller, ask.purchaseId, ask.body);
    case "reversal":
      return reverseAtCounter(service, caller, ask.body);
    default:
      throw new Error(`nobody asks this: ${JSON.stringify(ask satisfies never)}`);
  }
}

function run<I, A>(service: Service, caller: Caller, command: Command<I, A>, memberId: MemberId, input: I) {
  const bucket = bucketOf(memberId);
  const { clientId, idempotencyKey } = caller;
  const asked = { operation: command.name, body: input };
  return untilFresh(() =>
    service.engine.run({
      command,
      input,
      bucket,
      operationId: `opn_${newUuid(bucket)}`,
      clientId,
      idempotencyKey,
      asked,
    }),
  );
}

/** A person without any identifier; the same person in the same bucket, however often it is asked. */
function registerOne(service: Service, { clientId, idempotencyKey }: Caller, externalId: string): Promise<Judged> {
  const body = { brand: "mvideo", externalId, identifiers: [], person: {}, consents: {}, storeId: null };
  const key = hash128(JSON.stringify(["profile", body.brand, externalId]));
  const bucket = bucketOfHash(key);
  return untilFresh(() =>
    service.engine.run({
      command: register,
      input: { ...body, expected: null },
      bucket,
      operationId: `opn_${newUuid(bucket)}`,
      clientId,
      idempotencyKey,
      asked: { operation: "profile", body },
      naturalKeys: [{ key, role: "own" }],
    }),
  );
}
