/** A statement as a page that can be printed and signed: in Russian, with amounts in words. Everything that was typed is escaped. */
import { html, raw } from "hono/html";
import { groupBy } from "../../kernel/group-by.ts";
import { addPeriod, localDate } from "../../kernel/zone.ts";
import { inWords, russianAmount } from "./amount-words.ts";
import type { Party } from "./party-names.ts";
import type { Act, Direction, Statement, StatementLine } from "./statement.ts";
import { STATEMENT_STYLE } from "./statement-style.ts";
import {
  dayText,
  instantText,
  KIND_TEXTS,
  periodText,
  rateText,
  SECTION_TEXTS,
  STATUS_TEXTS,
} from "./statement-texts.ts";

type Part = ReturnType<typeof html>;

export async function statementPage(statement: Statement): Promise<string> {
  const { settlement, days, own, directions, made } = statement;
  const { number, fromMonth, toMonth, status } = settlement;
  const title = `Акт взаиморасчётов № ${number}`;
  const page = await html`<!doctype html>
<html lang="ru">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}: ${periodText(fromMonth, toMonth)}</title><style>${raw(STATEMENT_STYLE)}</style></head>
<body>
<header><span>Программа лояльности «М.Клуб»</span><span>экземпляр: ${own.legalEntity}</span><span class="mark">${STATUS_TEXTS[status]}</span></header>
<h1>${title}</h1>
<p class="period">за ${periodText(fromMonth, toMonth)}: с ${dayText(days.first)} по ${dayText(addPeriod(days.end, { days: -1 }))} включительно</p>
<p class="made"><span>${own.city ?? ""}</span><span>${dayText(localDate(made.at, days.zone))}</span></p>
<div class="parties">${directions.map(({ debtor }, index) => partyPart(debtor, index + 1))}</div>
<p>Стороны подтверждают расчёты за бонусы одной Стороны, которыми покупатели оплатили товары другой Стороны. Каждая Сторона возмещает другой стоимость своих бонусов по цене, действовавшей в момент их списания. Суммы указаны в рублях и включают НДС.</p>
${directions.map((direction, index) => directionPart(direction, index + 1))}
${resultPart(statement)}
<div class="signs">${directions.map(({ debtor }) => signPart(debtor, statement))}</div>
${footPart(statement)}
</body>
</html>
`;
  return page.toString();
}

const partyPart = ({ legalEntity, name, inn, kpp, former }: Party, place: number): Part => html`<div>
<div class="label">Сторона ${place}</div><strong>${legalEntity}</strong> (торговая сеть «${name}»)
${inn === null && kpp === null ? "" : html`<div>${[inn === null ? [] : `ИНН ${inn}`, kpp === null ? [] : `КПП ${kpp}`].flat().join(", ")}</div>`}
${former.map((was) => html`<div class="note">до ${dayText(was.until)}: ${was.legalEntity} (торговая сеть «${was.name}»)</div>`)}
</div>`;

function directionPart({ debtor, creditor, lines, bonuses, total, vat }: Direction, place: number): Part {
  const heading = html`<h2>${place}. Бонусы ${debtor.legalEntity}, принятые ${creditor.legalEntity}</h2>
<p class="note">Должник: ${debtor.legalEntity}. Кредитор: ${creditor.legalEntity}.</p>`;
  if (lines.length === 0) return html`${heading}<p>Операций в периоде нет. Итого: 0,00 (${inWords(0n)}).</p>`;
  const sections = [...groupBy(lines, ({ section }) => section)];
  return html`${heading}
<table><thead><tr><th>Вид бонусов</th><th class="n">Бонусов</th><th class="n">Цена, руб.</th><th class="n">Сумма с НДС, руб.</th><th class="n">Ставка НДС</th><th class="n">в т. ч. НДС, руб.</th></tr></thead><tbody>
${sections.map(([section, own]) => [html`<tr class="section"><td colspan="6">${SECTION_TEXTS[section]}</td></tr>`, ...own.map(linePart)])}
<tr class="total"><td>Итого</td><td class="n">${russianAmount(bonuses)}</td><td></td><td class="n">${russianAmount(total)}</td><td></td><td class="n">${russianAmount(vat)}</td></tr>
</tbody></table>
<p>Итого: ${russianAmount(total)} руб. (${inWords(total)}), в том числе НДС ${russianAmount(vat)} руб.</p>`;
}

const linePart = (line: StatementLine): Part =>
  html`<tr><td>${KIND_TEXTS[line.kind]}${originalPart(line)}</td><td class="n">${russianAmount(line.bonuses)}</td><td class="n">${line.price.replace(".", ",")}</td><td class="n">${russianAmount(line.total)}</td><td class="n">${rateText(line.vatRate)}</td><td class="n">${russianAmount(line.vat)}</td></tr>`;

function originalPart({ originalDay, originalNumber }: StatementLine): Part | "" {
  if (originalDay === null) return "";
  const act = originalNumber === null ? "акта за тот период нет" : `к акту № ${originalNumber}`;
  return html`<div class="note">операция от ${dayText(originalDay)}, ${act}</div>`;
}

function resultPart({ settlement, own, other, payable, receivable, paid, days }: Statement): Part {
  const balance = receivable - payable;
  const [debtor, creditor] = balance < 0n ? [own, other] : [other, own];
  const amount = balance < 0n ? -balance : balance;
  const result =
    amount === 0n
      ? html`<p><strong>Взаимные требования равны: к уплате 0,00 руб.</strong> (${inWords(0n)}).</p>`
      : html`<p><strong>По итогам зачёта ${debtor.legalEntity} уплачивает ${creditor.legalEntity} ${russianAmount(amount)} руб.</strong> (${inWords(amount)}).</p>`;
  const note =
    paid === null
      ? ""
      : html`<p>Расчёты завершены${settlement.paidOn === null ? "" : ` ${dayText(settlement.paidOn)}`}: ${paid.reference ?? ""} (отмечено ${instantText(paid.at, days.zone)}: ${paid.staffId}).</p>`;
  return html`<div class="result">
<p>Для ${own.legalEntity}: к уплате ${dueText(payable)}, к получению ${dueText(receivable)}, сальдо ${russianAmount(balance)} руб.</p>
${result}${note}</div>`;
}

/** Below zero where more came back of earlier periods than was spent in this one. */
const dueText = (amount: bigint): string =>
  `${russianAmount(amount)} руб.${amount < 0n ? " (возврат по корректировкам прошлых периодов)" : ""}`;

function signPart(party: Party, { agreed, days }: Statement): Part {
  const act = agreed.find(({ entity }) => entity === party.brand);
  return html`<div><div class="label">От имени</div><strong>${party.legalEntity}</strong>
<div class="note">${act === undefined ? "Не согласовано" : agreedText(act, days.zone)}</div>
<div class="line"><span>должность</span><span>подпись, расшифровка</span></div><div class="note">М. П.</div></div>`;
}

const agreedText = ({ staffId, at, reason }: Act, zone: string): string =>
  `Согласовано ${instantText(at, zone)}: ${staffId}${reason === null ? "" : ` («${reason}»)`}`;

function footPart({ settlement, made, dropped, days }: Statement): Part {
  const end = dropped === null ? "" : ` Аннулирован ${instantText(dropped.at, days.zone)}: ${dropped.staffId}.`;
  return html`<footer>Один бонус учитывается с точностью до 0,01. Сумма каждой строки равна количеству бонусов, умноженному на цену, и округлена до копейки; НДС выделен из суммы строки и округлён до копейки; итоги равны суммам строк. Возвраты учтены по цене, по которой бонусы были списаны. Операции, относящиеся к ранее закрытым периодам, отражены как корректировки и в ранее составленные акты не вносятся.<br>
Составлен ${instantText(made.at, days.zone)} (${days.zone}): ${made.staffId}. Номер в системе: ${settlement.id}.${end}</footer>`;
}
