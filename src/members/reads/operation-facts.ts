/** What the journal keeps of the operations behind transfers, as far as whoever asks may see it. */
import { z } from "@hono/zod-openapi";
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { idText, orNull } from "../../kernel/answers.ts";
import { fromUuid, type Id, type MemberId, type OperationId } from "../../kernel/ids.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { operationRows } from "../../engine/journal/journal.ts";
import { MEMBER_BLOCK, MEMBER_UNBLOCK, seesBlocks } from "../block-words.ts";

const theirs = "Null where it was not given, and where it is the other brand's own.";

export const OperationFacts = z
  .strictObject({
    name: z.string().openapi({ example: "purchase" }),
    accountingDate: z.iso.date().openapi({ description: "The day of the programme's zone on which it was posted." }),
    brand: z.string().nullable().openapi({ description: "Whom the request acted for; null where for no one brand." }),
    storeId: z.string().nullable().openapi({ description: theirs }),
    terminalId: z.string().nullable().openapi({ description: theirs }),
    channel: z.string().nullable().openapi({ description: theirs }),
    reason: z.string().nullable().openapi({ description: theirs }),
    reference: z.string().nullable().openapi({ description: theirs }),
    clientId: idText("cli")
      .nullable()
      .openapi({ description: `Who asked; of what the ledger does by itself, nobody. ${theirs}` }),
    staffId: z.string().nullable().openapi({ description: theirs }),
    representative: orNull(
      z
        .strictObject({ representationId: idText("rep"), representativeId: idText("mbr") })
        .openapi("ActingRepresentative", { description: "Who has acted for the member, and by which link." }),
    ),
  })
  .openapi("OperationFacts");
export type OperationFacts = z.input<typeof OperationFacts>;

const facts = operationRows.only([
  ...(["id", "name", "profileId", "policyVersion", "occurredAt", "postedAt", "accountingDate", "brand"] as const),
  ...(["storeId", "terminalId", "channel", "reason", "reference", "clientId", "staffId"] as const),
]);
export interface StoredFacts extends ReturnType<typeof facts.decode> {
  /** Who has acted for its member. */
  readonly representative: { readonly representationId: Id<"rep">; readonly representativeId: MemberId } | null;
}

const SELECT = `select l.link_id, l.representative_id, ${facts.list("o")} from operations o
    left join representative_uses u on u.operation_id = o.operation_id and u.kind = 'spent'
    left join representative_links l on l.bucket = u.bucket and l.link_id = u.link_id
  where o.bucket = any($1::smallint[]) and o.operation_id = any($2::uuid[])`;

/** Reads operations by their ids. They never change, so what is read later belongs to what was read before. */
export async function readFacts(tx: Transaction, ids: Iterable<OperationId>): Promise<Map<OperationId, StoredFacts>> {
  const distinct = [...new Set(ids)];
  if (distinct.length === 0) return new Map();
  const found = await tx.values(SELECT, [bucketsOf(distinct), uuidsOf(distinct)]);
  return new Map(found.map(stored).map((row) => [row.id, row]));
}

function stored([link, representative, ...values]: readonly unknown[]): StoredFacts {
  const acted = typeof link === "string" && typeof representative === "string";
  const by = acted
    ? { representationId: fromUuid("rep", link), representativeId: fromUuid("mbr", representative) }
    : null;
  return { ...facts.decode(values), representative: by };
}

const HIDDEN = {
  storeId: null,
  terminalId: null,
  channel: null,
  reason: null,
  reference: null,
  clientId: null,
  staffId: null,
  representative: null,
};

/** Operations of which only those know who see blocks. */
export const OF_BLOCKS: ReadonlySet<string> = new Set([MEMBER_BLOCK, MEMBER_UNBLOCK]);
/** As what is posted for the sake of time alone: see src/bonuses/due-posting.ts. */
const BY_TIME = "due-posting";

/** What an actor may see of an operation. */
export function factsFor(actor: Actor, row: StoredFacts): OperationFacts {
  const {
    name,
    accountingDate,
    brand,
    storeId,
    terminalId,
    channel,
    reason,
    reference,
    clientId,
    staffId,
    representative,
  } = row;
  // What time has moved along with a block is shown as time's own: that there was one is not for everybody to know.
  if (OF_BLOCKS.has(name) && !seesBlocks(actor)) return { name: BY_TIME, accountingDate, brand, ...HIDDEN };
  const known = { name, accountingDate, brand };
  if (!maySee(actor, row)) return { ...known, ...HIDDEN };
  return { ...known, storeId, terminalId, channel, reason, reference, clientId, staffId, representative };
}

/** An operation that names no brand was somebody's of a brand all the same: its own facts are for whoever asked for it. */
function maySee(actor: Actor, { brand, clientId }: StoredFacts): boolean {
  return brand === null ? actor.brand === null || actor.clientId === clientId : seesOwnOf(actor, brand);
}
