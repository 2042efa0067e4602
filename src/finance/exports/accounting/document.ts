/**
 * The document that the accounting system loads (1C:Предприятие), in the manner of EnterpriseData: a message with a heading
 * and one operation, whose lines are entries. Its form is fixed by schemas/accounting-entries.xsd. The organisation is named
 * by its code, which never changes, so a later name of it does not change what was given before.
 */
import { createHash } from "node:crypto";
import type { Heading, ShownRow } from "../../../engine/definition/export.ts";
import { formatAmount } from "../../../kernel/amount.ts";
import { MAP_VERSION, toldApart } from "./account-map.ts";

const NAMESPACE = "urn:mclub:accounting-entries:1";

export const entriesDocument = {
  /** All of it, with the sum of its lines. */
  write(rows: readonly ShownRow[], { given, mark, zone }: Heading): string {
    const [entity = "", from = "", to = ""] = [given["entity"], given["from"], given["to"]];
    const total = rows.reduce((sum, row) => sum + BigInt((row["amount"] ?? "0.00").replace(".", "")), 0n);
    const month = from.slice(0, 7);
    return `<?xml version="1.0" encoding="UTF-8"?>
<Message xmlns="${NAMESPACE}">
  <Header>
    <Format>${NAMESPACE}</Format>
    <Mark>${mark}</Mark>
    <AccountMap>${MAP_VERSION}</AccountMap>
    <Zone>${escaped(zone)}</Zone>
    <From>${from}</From>
    <To>${to}</To>
  </Header>
  <Body>
    <Документ.ОперацияБух>
      <КлючевыеСвойства>
        <Ссылка>${referenceOf(entity, month)}</Ссылка>
        <Дата>${to}T23:59:59</Дата>
        <Номер>МК-${month}</Номер>
        <Организация>${escaped(entity)}</Организация>
      </КлючевыеСвойства>
      <Содержание>Бонусы программы М.Клуб за ${month}</Содержание>
      <Проводки>
${rows.map(lineOf).join("")}      </Проводки>
      <КоличествоПроводок>${rows.length}</КоличествоПроводок>
      <СуммаОперации>${formatAmount(total)}</СуммаОперации>
    </Документ.ОперацияБух>
  </Body>
</Message>
`;
  },
};

function lineOf(row: ShownRow, index: number): string {
  const side = (name: "debit" | "credit", element: string) =>
    `          <${element}>
            <Счет>${escaped(row[`${name}_code`] ?? "")}</Счет>
${toldApart(row[name] ?? "", row["kind"] ?? "")
  .map(([by, value]) => `            <Субконто Вид="${by}">${escaped(value)}</Субконто>\n`)
  .join("")}          </${element}>\n`;
  return `        <Проводка>
          <НомерСтроки>${index + 1}</НомерСтроки>
${side("debit", "Дт")}${side("credit", "Кт")}          <Сумма>${row["amount"] ?? ""}</Сумма>
          <Содержание>${escaped(row["event"] ?? "")}</Содержание>
        </Проводка>
`;
}

/** A number of the form that references have there, made of the entity and the month. */
function referenceOf(entity: string, month: string): string {
  const digits = createHash("sha256").update(`${NAMESPACE}:${entity}:${month}`).digest("hex");
  const variant = "89ab"[Number.parseInt(digits.charAt(16), 16) % 4];
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
