/**
 * Who acts for whom: a till presents a representative, and names the member whose bonuses are meant. The link is judged at the
 * ledger's own moment, under its lock: it may have ended meanwhile, or its month may be used up at another till.
 */
import type { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import type { BalanceAfter } from "../../kernel/answers.ts";
import type { buyerFields } from "../../kernel/fields.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { MemberId, ProfileId } from "../../kernel/ids.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import { type Refused, refuse, type Rejected, reject, type Saved, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { Problem } from "../../kernel/problems.ts";
import { evenErased, type Resolved, resolveMember, type Whose, whoseOf } from "../lookup.ts";
import { type Allowance, allowanceOf, allowanceText, isInForce, type RepresentativeLink, usedBy } from "./link.ts";
import type { ActedAnswer } from "./words.ts";
import { type RepresentationId, linksBetween, representativeStore, useRef, useStore } from "./stores.ts";

/** How a request that spends names its member. */
export type ActingRef = Readonly<z.output<z.ZodObject<typeof buyerFields>>>;

/** Whoever acts for the member of a command, and the links that might let him. */
export interface Acting {
  readonly representativeId: MemberId;
  /** Of the representative: whose identifier was presented. */
  readonly profileId: ProfileId | null;
  readonly links: readonly Pick<RepresentativeLink, "id" | "memberId" | "representativeId">[];
}

/** Whom a request means, and who acts for it where somebody does. */
export interface Meant<W> {
  readonly whom: W;
  readonly acting: Acting | null;
}

/** As `resolveMember`, `at` included; `member_not_found` where somebody is to act, or to be acted for, who is not known. */
export async function resolveActing(look: Lookup, body: ActingRef, at?: Instant): Promise<Meant<Resolved>> {
  if (body.actingFor === undefined) return { whom: await resolveMember(look, body, at), acting: null };
  const meant = await represented(look, body, body.actingFor, at);
  // What is sold is sold to nobody then, and nobody is acted for: there is no command that could be refused.
  if (meant.isErased) throw new Problem("member_erased");
  return meant;
}

/** The same for what is refused to who is erased: that is for the ledger to say. */
export async function resolveActingEvenErased(look: Lookup, body: ActingRef): Promise<Meant<Resolved>> {
  if (body.actingFor !== undefined) return represented(look, body, body.actingFor);
  return { whom: evenErased(await resolveMember(look, body)), acting: null };
}

/** The same where a member must be named. */
export async function requireActing(look: Lookup, body: ActingRef): Promise<Meant<Whose>> {
  const { whom, acting } = await resolveActingEvenErased(look, body);
  return { whom: whoseOf(whom), acting };
}

async function represented(
  look: Lookup,
  body: ActingRef,
  actingFor: string,
  at?: Instant,
): Promise<Meant<Resolved> & { readonly isErased: boolean }> {
  const both = await Promise.all([resolveMember(look, body, at), resolveMember(look, { memberId: actingFor })]);
  const isErased = both.some((each) => each.kind === "nobody" && each.erased !== undefined);
  const [representative, whom] = [evenErased(both[0]), evenErased(both[1])];
  if (representative.kind !== "member" || whom.kind !== "member") throw new Problem("member_not_found");
  const { memberId: representativeId, profileId } = representative;
  const found = await linksBetween(look.reader, whom.memberId, representativeId, look.clock.now());
  const links = found.map(({ id, memberId, representativeId: who }) => ({ id, memberId, representativeId: who }));
  return { whom, acting: { representativeId, profileId, links }, isErased };
}

/** Adds what judging a representative needs: both wallets, so that a block of either is seen, and the links. */
export function withActing(acting: Acting | null, memberId: MemberId | null, needs: Needs): Needs {
  if (acting === null || memberId === null) return needs;
  const { representativeId, profileId, links } = acting;
  return {
    ...needs,
    wallets: [...new Set([...(needs.wallets ?? []), representativeId])],
    foundBy: [
      ...(needs.foundBy ?? []),
      { wallet: representativeId, by: profileId ?? representativeId },
      ...links.flatMap((link) => [
        { wallet: memberId, by: link.memberId },
        { wallet: representativeId, by: link.representativeId },
      ]),
    ],
    documents: [...(needs.documents ?? []), ...links.map(({ id }) => need(representativeStore, id))],
  };
}

/** A representative who may act, and by which link. */
export interface Representing {
  readonly kind: "representing";
  readonly representationId: RepresentationId;
  /** Whether the balance of whom he acts for may be told. */
  readonly sees: boolean;
  readonly allowance: Allowance;
  /** Whose identifier the representative has presented; null where he was named by id. */
  readonly profileId: ProfileId | null;
  /** What remembers that so much was spent, or put aside, and leaves a wallet of this version. */
  used(amount: Bonus, walletVersion: bigint): readonly Saved[];
}

/**
 * Judges whether whoever acts may; null where nobody acts for another. Of several links the one that lets most be spent counts.
 * Whoever is blocked acts for nobody, and is told no more than one who never could.
 */
export function representing(
  context: CommandContext,
  memberId: MemberId | null,
  acting: Acting | null,
): Representing | Refused | Rejected | null {
  if (acting === null || memberId === null) return null;
  const { representativeId } = acting;
  const status = context.statusOf(representativeId);
  if (status === undefined) return reject("member_not_found");
  const links = acting.links.flatMap(({ id }) => context.document(representativeStore, id) ?? []);
  const best = bestOf(links, context);
  const mayAct = status !== "blocked" && representativeId !== memberId;
  if (best === undefined || !mayAct) return refuse("not_a_representative");
  return representingBy(best, acting, context);
}

/** Of the links that hold: the one that lets most be spent, of such the oldest. */
export function bestOf(
  links: readonly RepresentativeLink[],
  context: Pick<CommandContext, "now" | "policy">,
): RepresentativeLink | undefined {
  const most = (link: RepresentativeLink) => allowanceOf(link, context).most;
  return links
    .filter((link) => isInForce(link, context.now))
    .reduce<RepresentativeLink | undefined>(
      (best, link) => (best === undefined || most(link) > most(best) ? link : best),
      undefined,
    );
}

function representingBy(link: RepresentativeLink, { profileId }: Acting, context: CommandContext): Representing {
  return {
    kind: "representing",
    representationId: link.id,
    sees: link.sees,
    profileId,
    allowance: allowanceOf(link, context),
    used(amount, walletVersion) {
      const { operationId } = context;
      const [after, use] = usedBy(link, { operationId, kind: "spent", profileId, amount, walletVersion }, context);
      return [save(representativeStore, link.id, after), save(useStore, useRef(use), use)];
    },
  };
}

/**
 * What an answer says of whoever has acted; nothing where nobody has. `walletVersion`: as `used` was given it. The proof holds
 * uses against it.
 */
export const actedAs = (acts: Representing | null, walletVersion = 0n): ActedAnswer =>
  acts === null
    ? {}
    : {
        representative: {
          representationId: acts.representationId,
          profileId: acts.profileId,
          walletVersion: walletVersion.toString(),
        },
      };

export const isRefused = (judged: ReturnType<typeof representing>): judged is Refused | Rejected =>
  judged !== null && judged.kind !== "representing";

/** Why so much is not spent by whoever acts, with what is left to him; undefined where it may be. */
export function overLimit(acts: Representing | null, asked: Bonus): Refused | undefined {
  if (acts === null || asked <= acts.allowance.most) return undefined;
  return refuse("representative_limit", limitData(acts.allowance, asked));
}

const limitData = (allowance: Allowance, asked: Bonus) => ({
  asked: formatAmount(asked),
  left: allowanceText(allowance),
});

/** Of too few bonuses: how many there are is told to whoever may see it. */
export const insufficient = (acts: Representing | null, available: Bonus, asked: Bonus) => ({
  ...(acts === null || acts.sees ? { available: formatAmount(available) } : {}),
  asked: formatAmount(asked),
});

/** Whether a balance may be told to whoever acts, or to whoever goes on with what he has begun: it may be he. */
export type Seeing = Pick<Representing, "sees">;

/** The balance, where there is one and it may be told; `acts` is null where nobody acts for the member, or has. */
export const balanceFor = (acts: Seeing | null, balance: BalanceAfter | null): BalanceAfter | null =>
  acts === null || acts.sees ? balance : null;
