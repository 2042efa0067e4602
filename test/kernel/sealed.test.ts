/** Sealed fields: nobody reads, changes or moves one unseen. */
import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type DataKey, FieldCipher, keyIdOf, NotOpened, type SealedPlace } from "../../src/kernel/sealed.ts";

const newKey = (id: string): DataKey => ({ id, key: createSecretKey(randomBytes(32)) });
const [ONE, TWO] = [newKey("one"), newKey("2026-12")];
const PLACE: SealedPlace = ["profiles", "person", "00ff"];
const TEXT = '{"firstName":"Анна"}';

describe("a sealed value", () => {
  it("is opened at its place, says under which key it is, and holds nothing of the text", () => {
    const cipher = new FieldCipher([ONE]);
    for (const text of [TEXT, "", "x".repeat(10_000)]) {
      const sealed = cipher.seal(text, PLACE);
      expect(cipher.open(sealed, PLACE)).toBe(text);
      expect(keyIdOf(sealed)).toBe("one");
    }
    expect(cipher.seal(TEXT, PLACE).includes("Анна")).toBe(false);
  });

  it("is another one each time", () => {
    const cipher = new FieldCipher([ONE]);
    expect(cipher.seal(TEXT, PLACE).equals(cipher.seal(TEXT, PLACE))).toBe(false);
  });

  it("cannot be moved to another table, field or row", () => {
    const cipher = new FieldCipher([ONE]);
    const sealed = cipher.seal(TEXT, PLACE);
    const others: SealedPlace[] = [
      ["orders", "person", "00ff"],
      ["profiles", "external_id", "00ff"],
      ["profiles", "person", "00fe"],
    ];
    for (const place of others) expect(() => cipher.open(sealed, place)).toThrow(NotOpened);
  });

  it("cannot be changed, cut or lengthened, be it by a byte", () => {
    const cipher = new FieldCipher([ONE]);
    const sealed = cipher.seal(TEXT, PLACE);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => cipher.open(changed, PLACE), `byte ${at}`).toThrow(NotOpened);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => cipher.open(sealed.subarray(0, length), PLACE), `${length} bytes`).toThrow(NotOpened);
    }
    expect(() => cipher.open(Buffer.concat([sealed, Buffer.from([0])]), PLACE)).toThrow(NotOpened);
  });
});

describe("several keys", () => {
  it("all open, and the first one seals", () => {
    const sealed = new FieldCipher([ONE]).seal(TEXT, PLACE);
    const both = new FieldCipher([TWO, ONE]);
    expect(both.open(sealed, PLACE)).toBe(TEXT);
    expect(keyIdOf(both.seal(TEXT, PLACE))).toBe("2026-12");
    expect(both.sealsWith).toBe("2026-12");
  });

  it("name the one that is missing, and never the value", () => {
    const sealed = new FieldCipher([ONE]).seal(TEXT, PLACE);
    expect(() => new FieldCipher([TWO]).open(sealed, PLACE)).toThrow(
      "profiles.person: sealed under key one, which is not among the data keys",
    );
  });

  it("that have the same id but are not the same open nothing of each other", () => {
    const sealed = new FieldCipher([ONE]).seal(TEXT, PLACE);
    expect(() => new FieldCipher([newKey("one")]).open(sealed, PLACE)).toThrow("not what was sealed there");
  });

  it("have ids of their own", () => {
    expect(() => new FieldCipher([ONE, ONE])).toThrow("an id of its own");
  });
});
