/** Pairs of three brands are settled each by itself: what one of them disputes holds up no other, and nothing is left unsettled for good. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { Settling } from "./settling.ts";

let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
  const gamma = { name: "Гамма", legalEntity: "ООО «Гамма»" };
  await http.put("/v1/brands/gamma", gamma, { key: http.adminKey });
}, 120_000);
afterAll(() => http.close());

const pairsIn = ({ body }: Awaited<ReturnType<Settling["settle"]>>) =>
  body.settlements.map(({ between }) => between.join("-"));
const DISPUTED = ["eldorado", "gamma"];

it("a pair that disputes its draft holds up no other, and goes on where it has stopped", async () => {
  finance.moveTo("2026-04-01");
  await finance.close("2026-03");
  const march = await finance.settle("2026-03");
  expect(pairsIn(march)).toEqual(["eldorado-gamma", "eldorado-mvideo", "gamma-mvideo"]);
  expect(march.body).toMatchObject({ leftOut: [] });
  const draft = march.body.settlements.find(({ between }) => between.join() === DISPUTED.join());
  for (const made of march.body.settlements) {
    if (made !== draft) await finance.agreed(made);
  }
  finance.moveTo("2026-05-01");
  await finance.close("2026-04");
  const april = await finance.settle("2026-04");
  expect(pairsIn(april)).toEqual(["eldorado-mvideo", "gamma-mvideo"]);
  // Whoever asks is told of which pair there is nothing, and why.
  expect(april.body).toMatchObject({ leftOut: [{ between: DISPUTED, next: null }] });
  for (const made of april.body.settlements) await finance.agreed(made);
  expect(await finance.settle("2026-04")).toMatchObject({
    status: 409,
    body: { code: "settlement_out_of_order", between: DISPUTED, next: null },
  });
  finance.moveTo("2026-06-01");
  await finance.close("2026-05");
  const ofMvideo = await http.newKey(["finance"], "mvideo");
  const may = await finance.settle("2026-05", "2026-05", { key: ofMvideo });
  expect(may.body).toMatchObject({ leftOut: [] });
  for (const made of may.body.settlements) await finance.agreed(made);
  await finance.agreed(draft!);
  // The others have gone on by two months.
  const late = await finance.settle("2026-04");
  expect(pairsIn(late)).toEqual(["eldorado-gamma"]);
  expect(late.body).toMatchObject({
    leftOut: [
      { between: ["eldorado", "mvideo"], next: "2026-06" },
      { between: ["gamma", "mvideo"], next: "2026-06" },
    ],
  });
  for (const made of late.body.settlements) await finance.agreed(made);
  expect(pairsIn(await finance.settle("2026-05"))).toEqual(["eldorado-gamma"]);
});

it("pairs may have settlements of different lengths", async () => {
  const [draft] = (await finance.list("draft")).items;
  await finance.agreed({ ...draft!, number: 0, lines: 0 });
  for (const [month, day] of [
    ["2026-06", "2026-07-01"],
    ["2026-07", "2026-08-01"],
  ] as const) {
    finance.moveTo(day);
    await finance.close(month);
  }
  const ofGamma = await http.newKey(["finance"], "gamma");
  const two = await finance.settle("2026-06", "2026-07", { key: ofGamma });
  expect(pairsIn(two)).toEqual(["eldorado-gamma", "gamma-mvideo"]);
  for (const made of two.body.settlements) await finance.agreed(made);
  for (const month of ["2026-06", "2026-07"]) {
    const one = await finance.settle(month);
    expect(pairsIn(one)).toEqual(["eldorado-mvideo"]);
    for (const made of one.body.settlements) await finance.agreed(made);
  }
  expect((await http.get<{ holds: boolean }>("/v1/proof", { key: http.adminKey })).body.holds).toBe(true);
});
