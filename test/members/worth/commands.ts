/** What people ask for in the histories of test/members/worth: mostly what they have bonuses for. */
import fc from "fast-check";

/** Somebody of those who are there by then. */
const who = fc.nat({ max: 999 });
const pick = fc.nat({ max: 999 });
/** Of what is there to be spent, in per cent. */
const share = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(100));
const store = fc.constantFrom("M-1", "E-1", "M-9");

const kind = <O extends string, F extends object>(
  op: O,
  fields: { [K in keyof F]: fc.Arbitrary<F[K]> },
): fc.Arbitrary<{ readonly op: O } & F> =>
  fc.record({ op: fc.constant(op), ...fields }) as unknown as fc.Arbitrary<{ readonly op: O } & F>;

const give = kind("give", {
  who,
  brand: fc.constantFrom("mvideo", "eldorado"),
  roubles: fc.integer({ min: 1, max: 300 }),
  wait: fc.constantFrom(0, 0, 0, 3),
  days: fc.integer({ min: 1, max: 40 }),
});
const buy = kind("buy", { who, store, roubles: fc.integer({ min: 10, max: 4000 }), share });
const redeem = kind("redeem", { who, store, share });
const bring = kind("bring", { pick, store, units: fc.integer({ min: 1, max: 3 }) });
const reverse = kind("reverse", { pick });
const hold = kind("hold", { who, store, share, days: fc.integer({ min: 1, max: 10 }) });
const capture = kind("capture", { pick, share, final: fc.boolean() });
const release = kind("release", { pick });
const order = kind("order", { who, share, ready: fc.constantFrom(true, true, false) });
const collect = kind("collect", { pick, part: fc.boolean(), cheaper: fc.boolean(), added: fc.boolean() });
const cancel = kind("cancel", { pick, part: fc.boolean() });
const wait = kind("wait", { hours: fc.integer({ min: 1, max: 24 * 10 }) });
const join = kind("join", { who, other: who });
const part = kind("part", { pick });
/** A merge that is undone with nothing in between. */
const there = kind("thereAndBack", { who, other: who });
/** `again`: of one who has parted already, where there is any. */
const leave = kind("leave", { who, again: fc.boolean() });
/** A stranger registers with somebody's card. */
const link = kind("link", { who, again: fc.boolean() });

const command = fc.oneof(
  { weight: 7, arbitrary: give },
  { weight: 7, arbitrary: buy },
  { weight: 9, arbitrary: redeem },
  { weight: 8, arbitrary: bring },
  { weight: 2, arbitrary: reverse },
  { weight: 5, arbitrary: hold },
  { weight: 3, arbitrary: capture },
  { weight: 2, arbitrary: release },
  { weight: 4, arbitrary: order },
  { weight: 5, arbitrary: collect },
  { weight: 2, arbitrary: cancel },
  { weight: 4, arbitrary: wait },
  { weight: 9, arbitrary: join },
  { weight: 6, arbitrary: part },
  { weight: 1, arbitrary: there },
  { weight: 2, arbitrary: leave },
  { weight: 2, arbitrary: link },
);
export type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** What those do who come and go. */
const doing = fc.oneof(
  { weight: 3, arbitrary: give },
  { weight: 1, arbitrary: buy },
  { weight: 4, arbitrary: redeem },
  { weight: 1, arbitrary: bring },
  { weight: 1, arbitrary: hold },
);
const leaving = fc.oneof({ weight: 5, arbitrary: part }, { weight: 1, arbitrary: leave });
const coming = fc.oneof({ weight: 6, arbitrary: join }, { weight: 1, arbitrary: link });

const listOf = (one: fc.Arbitrary<Command>, minLength: number, maxLength: number) =>
  fc.noBias(fc.array(one, { minLength, maxLength, size: "max" }));

/** They become one, some leave, and again; then all leave each other. */
export const restlessHistory: fc.Arbitrary<Command[]> = fc
  .tuple(
    listOf(link, 0, 2),
    listOf(give, 1, 3),
    fc
      .array(fc.tuple(listOf(coming, 2, 5), listOf(doing, 0, 3), listOf(leaving, 1, 3)), { minLength: 2, maxLength: 5 })
      .map((rounds) => rounds.flat(2)),
    listOf(part, 8, 10),
  )
  .map((parts) => parts.flat());

/** All have something to spend, and some have earned it: what has earned it may come back once it is spent, and is owed then. */
export const history: fc.Arbitrary<Command[]> = fc
  .tuple(
    listOf(buy, 4, 8),
    listOf(join, 0, 3),
    fc.constant<Command[]>([{ op: "wait", hours: 15 * 24 }]),
    listOf(give, 3, 8),
    listOf(command, 30, 90),
  )
  .map((parts) => parts.flat());
