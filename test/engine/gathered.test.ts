/** Reads that are asked for at the same moment go out as one statement, and each is as fresh as if it had gone alone. */
import { describe, expect, it } from "vitest";
import { Gathered, type Source } from "../../src/engine/connection/gathered.ts";

const NO_TRANSACTION = undefined as never;
const turn = () => new Promise((done) => setImmediate(done));

/** A source whose statements end when they are told to. */
function slow(rows: Map<string, string>) {
  const sent: { readonly names: readonly string[]; readonly end: (error?: Error) => void }[] = [];
  const source: Source<string> = {
    load: (_, names) => {
      const found = new Map([...rows].filter(([name]) => names.includes(name)));
      return new Promise((tell, fail) => {
        sent.push({ names, end: (error) => (error === undefined ? tell(found) : fail(error)) });
      });
    },
  };
  return { sent, source };
}

describe("what is read by name", () => {
  it("at the same moment is read by one statement, each name once", async () => {
    const { sent, source } = slow(new Map([["a", "1"]]));
    const gathered = new Gathered(NO_TRANSACTION);
    const asked = Promise.all(["a", "b", "a"].map((name) => gathered.one(source, name)));
    await turn();
    expect(sent.map(({ names }) => names)).toEqual([["a", "b"]]);
    sent[0]?.end();
    expect(await asked).toEqual(["1", undefined, "1"]);
  });

  it("is never answered by a statement that was sent before it was asked for", async () => {
    const rows = new Map([["a", "old"]]);
    const { sent, source } = slow(rows);
    const gathered = new Gathered(NO_TRANSACTION);
    const before = gathered.one(source, "a");
    await turn();
    rows.set("a", "new");
    const after = gathered.one(source, "a");
    await turn();
    for (const { end } of sent) end();
    expect([await before, await after]).toEqual(["old", "new"]);
  });

  it("waits for company while two statements are on their way", async () => {
    const { sent, source } = slow(new Map());
    const gathered = new Gathered(NO_TRANSACTION);
    const asked: Promise<unknown>[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      asked.push(gathered.one(source, name));
      await turn();
    }
    expect(sent.map(({ names }) => names)).toEqual([["a"], ["b"]]);
    sent[1]?.end();
    await asked[1];
    await turn();
    expect(sent.map(({ names }) => names)).toEqual([["a"], ["b"], ["c", "d"]]);
    for (const { end } of sent) end();
    await Promise.all(asked);
  });

  it("fails with its statement alone", async () => {
    const { sent, source } = slow(new Map([["b", "2"]]));
    const gathered = new Gathered(NO_TRANSACTION);
    const first = gathered.one(source, "a");
    await turn();
    const second = gathered.one(source, "b");
    await turn();
    sent[0]?.end(new Error("lost"));
    await expect(first).rejects.toThrow("lost");
    sent[1]?.end();
    expect(await second).toBe("2");
    const third = gathered.one(source, "b");
    await turn();
    sent[2]?.end();
    expect(await third).toBe("2");
  });

  it("of one source does not wait for another's, and goes out a hundred names at a time", async () => {
    const [many, other] = [slow(new Map()), slow(new Map())];
    const gathered = new Gathered(NO_TRANSACTION);
    const asked = Array.from({ length: 150 }, (_, index) => gathered.one(many.source, `${index}`));
    asked.push(gathered.one(other.source, "a"));
    await turn();
    await turn();
    expect(many.sent.map(({ names }) => names.length)).toEqual([100, 50]);
    expect(other.sent.map(({ names }) => names)).toEqual([["a"]]);
    for (const { end } of [...many.sent, ...other.sent]) end();
    await Promise.all(asked);
  });
});
