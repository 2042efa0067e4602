/**
 * Personal data is opened in one place, which tells whose it is; and a read that opens any says so, as far as the sources tell.
 * So none can show it without the access log, and the document says of each that it does.
 */
import { expect, test } from "vitest";
import { modules } from "../../src/modules.ts";
import { textsBehind } from "./behind.ts";
import { declarationsOf } from "./declarations.ts";
import { sourceFiles } from "./source.ts";

/** Where the sealed fields are, and who tells whose they were. */
const OPENS = "src/members/sealed-profile.ts opened";
/** Reads that show what is kept of others' looks, and open nothing. */
const OF_THE_LOG = ["list-accesses", "list-accesses-by"];

const sources = sourceFiles("src");
const reads = modules.flatMap((module) => module.reads);

test("sealed values are opened in one file, and by whoever makes the sealed form", () => {
  const opening = sources.filter(({ code }) => /\bcipher\s*\.\s*open\b|[cC]ipher\)?\s*\.\s*open\(/.test(code));
  expect(opening.map(({ path }) => path)).toEqual(["src/members/sealed-profile.ts"]);
  // Nobody makes ciphers of his own but whoever reads the configuration.
  const making = sources.filter(({ code }) => /\bnew FieldCipher\(/.test(code)).map(({ path }) => path);
  expect(making.filter((path) => !path.startsWith("src/tools/"))).toEqual(["src/config/personal-keys.ts"]);
  // What is opened without being told of is sealed anew at once.
  const [file] = opening;
  const readers = [...declarationsOf(file!)].filter(([, { text }]) => /\bread\(/.test(text)).map(([name]) => name);
  expect(readers.toSorted()).toEqual(["opened", "reseal"]);
});

test("a read that opens sealed fields says that it shows personal data, and no other does", () => {
  const found = sources.flatMap((file) =>
    [...declarationsOf(file)].flatMap(([name, { text }]) => {
      const read = /\bdefineRead\(\{[^]*?\n +name: "([\w-]+)"/.exec(text)?.[1];
      if (read === undefined) return [];
      const seen = new Set([`${file.path} ${name}`]);
      textsBehind(file, text, seen);
      return [{ read, opens: seen.has(OPENS) }];
    }),
  );
  expect(found.map(({ read }) => read).toSorted()).toEqual(reads.map(({ name }) => name).toSorted());
  const opening = found.filter(({ opens }) => opens).map(({ read }) => read);
  expect(opening.length).toBeGreaterThan(3);
  const saying = reads.filter(({ showsPersonal }) => showsPersonal === true).map(({ name }) => name);
  expect(saying.toSorted()).toEqual([...opening, ...OF_THE_LOG].toSorted());
});
