/** Candidates: pairs of members for people to decide about. */
import { uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { isId, uuidOf } from "../../kernel/ids.ts";
import { lockable } from "../../engine/connection/locking.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import type { Pair } from "../pair.ts";
import { matchCandidates } from "../tables.ts";

export type Candidate = Readonly<RowOf<typeof matchCandidates>>;

const rows = new TableRows(matchCandidates);
/** May find, and lock, a few more than asked for: the one of one pair with the other of another. Lock order: the pair. */
const SELECT = lockable(`select ${rows.list("c")} from match_candidates c
  where c.one_id = any($1::uuid[]) and c.other_id = any($2::uuid[]) order by c.one_id, c.other_id`);
const insert = rows.inserting();
const FOUND = ["id", "operationId", "source", "createdAt", "score", "evidence"] as const;
const update = rows.updating(["oneId", "otherId"], FOUND);

/** Where a candidate is looked up: by its pair, of which there is one for ever. */
export const candidateRef = ({ oneId, otherId }: Pair): string => `${oneId}|${otherId}`;

export const candidateStore: DocumentStore<Candidate> = {
  name: rows.name,
  async load(tx, refs, lock) {
    const pairs = refs.map((ref) => ref.split("|"));
    const side = (place: number) => uuidsOf([...new Set(pairs.map((pair) => pair[place] ?? ""))]);
    const found = await tx.values(SELECT[lock], [side(0), side(1)]);
    const wanted = new Set(refs);
    const known = found.map((values): Candidate => rows.decode(values));
    return new Map(known.map((each) => [candidateRef(each), each] as const).filter(([ref]) => wanted.has(ref)));
  },
  save(changes) {
    const born = changes.filter(({ former }) => former === undefined).map(({ document }) => document);
    const changed = changes.filter(({ former }) => former !== undefined).map(({ document }) => document);
    return [...ifAny(born, insert), ...ifAny(changed, update)];
  },
};

/** For statements of this table that are not the store. */
export const candidateColumns = {
  list: rows.list("c"),
  decode: (values: readonly unknown[]): Candidate => rows.decode(values),
};

const BY_ID = `select ${candidateColumns.list} from match_candidates c where c.candidate_id = $1::uuid`;

/** A candidate as it is now; undefined where there is none of this number. */
export async function readCandidate(tx: Transaction, id: string): Promise<Candidate | undefined> {
  if (!isId("cnd", id)) return undefined;
  const [values] = await tx.values(BY_ID, [uuidOf(id)]);
  return values === undefined ? undefined : candidateColumns.decode(values);
}
