/** Settlements between the legal entities. */
import type { Module } from "../../engine/definition/module.ts";
import { settlementAgreement } from "./agree.ts";
import { settlementDrop } from "./drop.ts";
import { settlementEvents } from "./events.ts";
import { settlementInvariants } from "./invariants.ts";
import { settlementPayment } from "./pay.ts";
import { settlement } from "./settle.ts";

export const settlementModule: Module = {
  name: "settlements",
  tags: [
    {
      name: "Settlements",
      description: "What the legal entities owe each other for closed months, and its statements.",
    },
  ],
  operations: [settlement, settlementAgreement, settlementDrop, settlementPayment],
  reads: [],
  events: settlementEvents,
  invariants: settlementInvariants,
};
