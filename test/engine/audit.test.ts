import { describe, expect, it } from "vitest";
import { auditOver } from "../../src/engine/connection/audit.ts";
import type { Reader } from "../../src/engine/connection/reader.ts";

/** A reader that counts its snapshots, and how many there are at once. */
function counting() {
  const seen = { snapshots: 0, atOnce: 0, most: 0 };
  const reader = {
    async snapshot<T>(work: (tx: never) => Promise<T>): Promise<T> {
      seen.snapshots += 1;
      seen.most = Math.max(seen.most, (seen.atOnce += 1));
      try {
        return await work({} as never);
      } finally {
        seen.atOnce -= 1;
      }
    },
  } as unknown as Reader;
  return { seen, audit: auditOver(reader) };
}

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), 5));

describe("an audit", () => {
  it("looks once at a time: eight that ask at once share the looks that begin after they asked", async () => {
    const { seen, audit } = counting();
    let looks = 0;
    const look = () => audit.run("proof", () => later((looks += 1)));
    const answers = await Promise.all(Array.from({ length: 8 }, look));
    expect(answers).toEqual(Array.from({ length: 8 }, () => 1));
    const first = look();
    await later(null);
    const rest = [look(), look(), look()];
    expect(await first).toBe(2);
    expect(await Promise.all(rest)).toEqual([3, 3, 3]);
    expect(seen).toMatchObject({ snapshots: 3, most: 1 });
  });

  it("goes on after a look that failed, and tells whoever asked for it", async () => {
    const { seen, audit } = counting();
    const failing = audit.run("proof", () => Promise.reject(new Error("lost")));
    const other = audit.run("another", () => later("seen"));
    await expect(failing).rejects.toThrow("lost");
    expect(await other).toBe("seen");
    expect(await audit.run("proof", () => later("well"))).toBe("well");
    expect(seen.most).toBe(1);
  });
});
