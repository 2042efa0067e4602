/** A person of whom every field is like nothing else, and where traces of it are looked for. */
import { canonicalJson, hash128 } from "../../src/kernel/hash.ts";
import type { Sql } from "../../src/db/connect.ts";
import { normalise } from "../../src/members/identifier.ts";

export const PERSON = {
  lastName: "Меткафамильская",
  firstName: "Меткаименная",
  middleName: "Меткаотчественная",
  birthDate: "1987-06-05",
  gender: "female",
} as const;

/** Of each kind one, as a till sends it. */
export const IDENTIFIERS = [
  { kind: "card", value: "2977 5533 1188 4" },
  { kind: "phone", value: "8 (916) 765-43-29" },
  { kind: "email", value: "Metka.Pochta@Marked-Mail.RU" },
  { kind: "app", value: "metka-app-77553311" },
  { kind: "wallet_pass", value: "metka-pass-77553311" },
  { kind: "qr", value: "metka-qr-77553311" },
] as const;

/** Of each kind one that nobody has brought yet. */
export const UNKNOWN = [
  { kind: "card", value: "2977553311999" },
  { kind: "phone", value: "+79167650000" },
  { kind: "email", value: "metka.unknown@marked-mail.ru" },
  { kind: "app", value: "metka-app-unknown" },
] as const;

export const EXTERNAL_ID = "METKA-EXTERNAL-1";

export const normal = ({
  kind,
  value,
}: {
  readonly kind: (typeof IDENTIFIERS)[number]["kind"];
  readonly value: string;
}) => normalise(kind, value) ?? value;

const VALUES = [
  ...Object.values(PERSON),
  ...[...IDENTIFIERS, ...UNKNOWN].flatMap((each) => [each.value, normal(each), normal(each).replace(/^\+7/, "")]),
  "marked-mail",
  "metka",
  "метка",
  EXTERNAL_ID,
];

const hex = (text: string): string => Buffer.from(text, "utf8").toString("hex");
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64").replace(/=+$/, "");

/** What somebody who has only a copy could compute of them and compare: no hash without a key may stand anywhere. */
const PLAIN_HASHES = [
  ...VALUES,
  ...[...IDENTIFIERS, ...UNKNOWN].flatMap((each) => [
    JSON.stringify(["identifier", each.kind, normal(each)]),
    `${each.kind}|${normal(each)}`,
    canonicalJson({ kind: each.kind, value: normal(each) }),
  ]),
  ...["mvideo", "eldorado"].map((brand) => JSON.stringify(["profile", brand, EXTERNAL_ID])),
].map(hash128);

/** All forms in which a value may be recognised; small letters. */
const FORMS = [...VALUES, ...VALUES.map(hex), ...VALUES.map(base64), ...PLAIN_HASHES].map((form) => form.toLowerCase());

/** The forms that stand in a text. */
export function tracesIn(text: string): string[] {
  const small = text.toLowerCase();
  const bare = small.replaceAll("-", "");
  return [...new Set(FORMS.filter((form) => small.includes(form) || bare.includes(form)))];
}

/** Every row of every table, of all schemas but the server's own, as text. */
export async function dumpOf(sql: Sql): Promise<{ readonly tables: string[]; readonly text: string }> {
  const tables = await sql<{ name: string }[]>`select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`;
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return { tables: tables.map(({ name }) => name), text: texts.join("\n") };
}
