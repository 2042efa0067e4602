/**
 * Seals anew, under the first data key, what profiles have under others; while the service runs, and from wherever it was
 * stopped: nothing is kept of how far it has come, since each sealed value says which key it is under.
 */
import { arrayOf, uuidsOf } from "../db/arrays.ts";
import type { Sql } from "../db/connect.ts";
import { TableRows } from "../db/table-rows.ts";
import { untilEnded } from "../db/under-way.ts";
import { BUCKETS, type ProfileId, uuidOf } from "../kernel/ids.ts";
import { type FieldCipher, NotOpened } from "../kernel/sealed.ts";
import { reseal, SEALED_COLUMNS, type SealedFields } from "./sealed-profile.ts";
import { profiles } from "./tables.ts";

export interface RotationReport {
  readonly resealed: number;
  /** Profiles that have a value under a key, by its id; what is no sealed value at all under the empty one. */
  readonly profilesByKey: ReadonlyMap<string, number>;
  /** Under keys that are known, but not what was sealed there: some of them. */
  readonly notOpened: readonly ProfileId[];
  /** Whether everybody who may have read a value before it was sealed anew has ended since: nobody brings one back. */
  readonly settled: boolean;
}

export interface RotationLimits {
  readonly batchSize: number;
  /** How long writers that were there before are waited for. */
  readonly patienceMs: number;
}

const LIMITS: RotationLimits = { batchSize: 500, patienceMs: 60_000 };
/** A round may leave what others have locked or changed meanwhile: the next one takes it. */
const MOST_ROUNDS = 10;
const MOST_NAMED = 10;

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const COLUMNS = Object.values(SEALED_COLUMNS);
/** SQL: the id of the key that a column is sealed under. */
const keyIn = (column: string): string =>
  `case when octet_length(p.${column}) > 2 then substr(p.${column}, 3, get_byte(p.${column}, 1)) end`;

const rows = new TableRows(profiles).only(["id", "key", "externalId", "person", "identifierValues"]);

const FIND = `select ${rows.list("p")} from profiles p
  where p.bucket = $1::smallint and p.profile_id > $2::uuid
    and (${COLUMNS.map((column) => `${keyIn(column)} = any($3::bytea[])`).join(" or ")})
  order by p.profile_id limit $4::int`;

/**
 * Writes rows that are still as they were read, and passes over what somebody has locked: so it waits for nobody, and no
 * circle of waiting can come about. Locks in the order of ids.
 */
const WRITE = `with free as (
    select p.profile_id from profiles p where p.bucket = $1::smallint and p.profile_id = any($2::uuid[])
    order by p.profile_id for no key update skip locked
  ), n as (
    select unnest($2::uuid[]) as profile_id,
      ${COLUMNS.map((column, index) => `unnest($${index + 3}::bytea[]) as was_${column}`).join(", ")},
      ${COLUMNS.map((column, index) => `unnest($${index + 3 + COLUMNS.length}::bytea[]) as ${column}`).join(", ")}
  )
  update profiles p set ${COLUMNS.map((column) => `${column} = n.${column}`).join(", ")}
  from n join free using (profile_id)
  where p.bucket = $1::smallint and p.profile_id = n.profile_id
    and ${COLUMNS.map((column) => `p.${column} = n.was_${column}`).join(" and ")}`;

/** Of who is erased nothing is sealed. */
const COUNT = `select coalesce(encode(k.key, 'escape'), '') as key, count(*)::int as profiles
  from profiles p cross join lateral (
    select distinct v.key from (values ${COLUMNS.map((column) => `(${keyIn(column)}, p.${column})`).join(", ")}) as v(key, sealed)
    where octet_length(v.sealed) > 0
  ) k group by 1 order by 1`;

/** `onBucket` is told how many buckets of all have been walked over in this round, and what was sealed anew so far. */
export async function rotateKeys(
  sql: Sql,
  cipher: FieldCipher,
  onBucket: (buckets: number, resealed: number) => void,
  limits: Partial<RotationLimits> = {},
): Promise<RotationReport> {
  const { batchSize, patienceMs } = { ...LIMITS, ...limits };
  const others = cipher.keys.map(({ id }) => id).filter((id) => id !== cipher.sealsWith);
  let resealed = 0;
  for (let round = 1; ; round += 1) {
    const notOpened = new Set<ProfileId>();
    const before = resealed;
    for (let bucket = 0; bucket < BUCKETS && others.length > 0; bucket += 1) {
      for await (const batch of batchesOf(sql, bucket, others, batchSize)) {
        resealed += await resealBatch(sql, cipher, bucket, batch, notOpened);
      }
      onBucket(bucket + 1, resealed);
    }
    const settled = await olderWritersEnd(sql, patienceMs);
    const profilesByKey = await countByKey(sql);
    const isDone = others.every((id) => !profilesByKey.has(id));
    const standsStill = round > 1 && resealed === before;
    if (isDone || standsStill || round === MOST_ROUNDS) {
      return { resealed, profilesByKey, notOpened: [...notOpened], settled };
    }
  }
}

type SealedRow = ReturnType<typeof rows.decode>;

/** What a bucket has under other keys, in the order of ids. */
async function* batchesOf(
  sql: Sql,
  bucket: number,
  keys: readonly string[],
  size: number,
): AsyncGenerator<SealedRow[]> {
  let after = FIRST_ID;
  for (;;) {
    const found = await sql.unsafe(FIND, [bucket, after, bytesOf(keys.map((key) => Buffer.from(key))), size]).values();
    const batch = found.map((values) => rows.decode(values));
    const last = batch.at(-1);
    if (last === undefined) return;
    yield batch;
    if (batch.length < size) return;
    after = uuidOf(last.id);
  }
}

/** Answers how many were still as they had been read. */
async function resealBatch(
  sql: Sql,
  cipher: FieldCipher,
  bucket: number,
  batch: readonly SealedRow[],
  notOpened: Set<ProfileId>,
): Promise<number> {
  const changes = batch.flatMap((row) => {
    const sealed = sealedAnew(cipher, row);
    if (sealed !== undefined) return [{ row, sealed }];
    if (notOpened.size < MOST_NAMED) notOpened.add(row.id);
    return [];
  });
  if (changes.length === 0) return 0;
  const fields = Object.keys(SEALED_COLUMNS) as (keyof SealedFields)[];
  const { count } = await sql.unsafe(WRITE, [
    bucket,
    uuidsOf(changes.map(({ row }) => row.id)),
    ...fields.map((field) => bytesOf(changes.map(({ row }) => row[field]))),
    ...fields.map((field) => bytesOf(changes.map(({ sealed }) => sealed[field]))),
  ]);
  return count;
}

/** Undefined where it cannot be opened: it is left as it is. */
function sealedAnew(cipher: FieldCipher, row: SealedRow): SealedFields | undefined {
  try {
    return reseal(cipher, row);
  } catch (error) {
    if (error instanceof NotOpened) return undefined;
    throw error;
  }
}

/**
 * A transaction that has read a profile before it was sealed anew may write it back as it was. Whoever writes in the ledger
 * has the number of a transaction before it reads profiles: wallets are locked first. So all of them are waited for.
 */
const olderWritersEnd = (sql: Sql, patienceMs: number): Promise<boolean> =>
  untilEnded((text) => sql.unsafe(text).values(), patienceMs);

async function countByKey(sql: Sql): Promise<Map<string, number>> {
  const found = await sql.unsafe<{ key: string; profiles: number }[]>(COUNT);
  return new Map(found.map((row) => [row.key, row.profiles]));
}

const bytesOf = (values: readonly Buffer[]): string =>
  arrayOf(
    values.map((value) => `\\x${value.toString("hex")}`),
    "bytea",
  );
