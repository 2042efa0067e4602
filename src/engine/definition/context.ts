/** What a command says that it needs, and what it sees while it decides. */
import type { Instant } from "../../kernel/clock.ts";
import type { HoldId, LotId, MemberId, OperationId, ProfileId } from "../../kernel/ids.ts";
import type { LotKind } from "../../ledger/account.ts";
import type { Transfer } from "../../ledger/transfer.ts";
import type { MemberStatus } from "../../ledger/wallet.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Actor } from "../actor.ts";
import type { DocumentNeed, DocumentStore } from "./document-store.ts";

/** By which profile or member a wallet was found. */
export interface FoundBy {
  readonly wallet: MemberId;
  readonly by: ProfileId | MemberId;
}

/**
 * What a command wants locked and loaded before it decides. Of a wallet its totals are always there; which of its lots
 * are worth loading at once is a matter of speed only: what is missed is loaded, and the group decided again.
 */
export interface Needs {
  readonly wallets?: readonly MemberId[];
  /**
   * Profiles and members by which wallets were found: a command is prepared anew where one has gone from its wallet since. A
   * wallet whose member has become part of another is never judged upon, but where `absorbed` says that this is what it is about.
   */
  readonly foundBy?: readonly FoundBy[];
  readonly absorbed?: true;
  /** Of these, all open lots and holds. */
  readonly whole?: readonly MemberId[];
  /** Open lots of these wallets, of some kinds, that end before an instant: a purchase extends them. */
  readonly ending?: { readonly before: Instant; readonly kinds: ReadonlySet<LotKind> } | undefined;
  /** Whether bonuses are to be burnt. */
  readonly burns?: boolean;
  /** Lots that a document names, and that may have closed. */
  readonly lots?: readonly LotId[];
  /** Other members in whose wallets these lots were when the document was made: their terms are loaded, and nothing of theirs changes. */
  readonly lotsFrom?: readonly MemberId[];
  /** Wallets whose open lots may go to the command's other wallets: what those have of them, closed or not, is loaded as well. */
  readonly openIn?: readonly MemberId[];
  /** Holds that the command ends, or opens again. */
  readonly holds?: readonly HoldId[];
  /**
   * Other members in whose wallets these holds have ended, so that they can be opened again in these. Those wallets are not
   * locked: one that has ended is changed by whoever it belongs to alone, whose wallet is.
   */
  readonly holdsFrom?: readonly MemberId[];
  readonly documents?: readonly DocumentNeed[];
}

export interface CommandContext {
  readonly now: Instant;
  /** Whether nothing of it will happen: it is only shown, with what stands against it. */
  readonly isPreview: boolean;
  readonly operationId: OperationId;
  readonly actor: Actor;
  readonly policies: PolicyTimeline;
  /** The policy in force now. */
  readonly policy: Policy;
  /** A working copy of a wallet that the command needs, with all that is due applied; absent where there is no such member. */
  readonly wallet: (id: MemberId) => WalletDraft | undefined;
  /** Whether a member whose wallet the command needs is blocked; absent where there is no such member. Nothing of it is touched. */
  readonly statusOf: (id: MemberId) => MemberStatus | undefined;
  /** A wallet for a member who is born with this command. */
  readonly newWallet: (id: MemberId) => WalletDraft;
  /** Posts a transfer that concerns no wallet. */
  readonly post: (transfer: Transfer) => void;
  /** A document that the command needs, as earlier commands of the same group have left it. */
  readonly document: <T>(store: DocumentStore<T>, id: string) => T | undefined;
}
