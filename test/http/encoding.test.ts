/** Bodies are UTF-8 and not compressed; anything else is refused, rather than read as something near it. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../support/http.ts";
import { receipt, sale } from "./bodies.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

/** As a till writes it that knows of one byte for each letter: `А17` and `Б17` of Windows-1251. */
const [A17, B17] = ["\xc017", "\xc117"];
const inBytes = (body: unknown) => new Uint8Array(Buffer.from(JSON.stringify(body), "latin1"));
const numbered = (number: string) => ({ ...sale(), receipt: { ...receipt(), shift: "cp1251", number } });
const operations = async () => {
  const [row] = await http.database.sql<{ n: number }[]>`select count(*)::int as n from operations`;
  return row?.n;
};

/** With and without a stated length. */
const send = async (path: string, body: Uint8Array) => {
  const before = await operations();
  const answers = [
    await http.post(path, body),
    await http.post(path, body, { headers: { "content-length": `${body.length}` } }),
  ];
  expect(await operations()).toBe(before);
  return answers;
};

const NOT_UTF8 = {
  status: 400,
  body: {
    code: "malformed_json",
    title: "The body is not JSON in UTF-8",
    errors: [{ path: "", message: "the body is not UTF-8" }],
  },
};

describe("a body that is not UTF-8", () => {
  it("is refused, so that two receipts are never taken for one", async () => {
    for (const number of [A17, B17]) {
      for (const answer of await send("/v1/purchases", inBytes(numbered(number)))) {
        expect(answer).toMatchObject(NOT_UTF8);
      }
    }
  });

  it("reverses nothing", async () => {
    for (const answer of await send("/v1/reversals", inBytes({ receipt: numbered(A17).receipt, kind: "purchase" }))) {
      expect(answer).toMatchObject(NOT_UTF8);
    }
  });

  it("is refused as a whole where it is a batch", async () => {
    const item = (number: string) => ({ op: "purchase", idempotencyKey: "k", body: numbered(number) });
    for (const answer of await send("/v1/batches", inBytes({ items: [item("1"), item(A17)] }))) {
      expect(answer).toMatchObject(NOT_UTF8);
    }
  });

  it.each([
    ["cut short", [0xd0]],
    ["longer than it need be", [0xc0, 0xaf]],
    ["half of a pair", [0xed, 0xa0, 0x80]],
    ["beyond the last character", [0xf4, 0x90, 0x80, 0x80]],
  ])("may be %s", async (_, bytes) => {
    for (const answer of await send("/v1/purchases", inBytes(numbered(String.fromCharCode(...bytes))))) {
      expect(answer).toMatchObject(NOT_UTF8);
    }
  });
});

it("a byte order mark says nothing, and is passed over", async () => {
  const body = numbered("marked");
  const marked = new Uint8Array(Buffer.from(`\ufeff${JSON.stringify(body)}`));
  const headers = { "content-length": `${marked.length}` };
  const [first, ...others] = [
    await http.post("/v1/purchases", marked, { idempotencyKey: "marked" }),
    await http.post("/v1/purchases", marked, { idempotencyKey: "marked", headers }),
    await http.post("/v1/purchases", body, { idempotencyKey: "marked" }),
  ];
  expect(first?.status).toBe(201);
  for (const other of others) expect([other.status, other.body]).toEqual([201, first?.body]);
});

it("the character that stands for bad bytes is one as any other where the client has sent it", async () => {
  const sold = await http.post("/v1/purchases", numbered("\ufffd17"));
  expect(sold.status).toBe(201);
  const { purchaseId } = sold.body;
  const found = await http.get(`/v1/purchases/${String(purchaseId)}`);
  expect(found.body).toMatchObject({ receipt: { number: "\ufffd17" } });
});

describe("a body with a Content-Encoding", () => {
  const UNSUPPORTED = {
    status: 415,
    body: {
      code: "unsupported_media_type",
      acceptEncoding: "identity",
      detail: "The body must be application/json, and not compressed (acceptEncoding: identity).",
    },
  };

  it.each(["gzip", "GZIP", "br", "deflate", "x-unknown", "identity, gzip"])("of %s is not taken", async (coding) => {
    const text = JSON.stringify(numbered("coded"));
    for (const body of [text, new Uint8Array(gzipSync(text))]) {
      const answer = await http.post("/v1/purchases", body, { headers: { "content-encoding": coding } });
      expect(answer).toMatchObject(UNSUPPORTED);
      expect(answer.headers.get("accept-encoding")).toBe("identity");
    }
  });

  it.each(["identity", "Identity", ""])("of %s is as it is", async (coding) => {
    const answer = await http.post("/v1/purchases", numbered(`as it is${coding}`), {
      headers: { "content-encoding": coding },
    });
    expect(answer.status).toBe(201);
  });
});
