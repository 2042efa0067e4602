/** An explanation in words, Russian and English: short sentences that support can read to a customer. */
import type { LotKind } from "../ledger/account.ts";
import type { TransferEvent } from "../ledger/transfer.ts";
import type { ExplainedEnd, Explanation } from "./explain.ts";

type Language = "ru" | "en";
type Text = Readonly<Record<Language, string>>;
export type Words = Readonly<Record<Language, readonly string[]>>;

/** Tells an explanation in both languages, with days and hours of the programme's zone. */
export function wordsOf(told: Omit<Explanation, "words">, zone: string): Words {
  return { ru: sentences(told, zone, "ru"), en: sentences(told, zone, "en") };
}

function sentences(told: Omit<Explanation, "words">, zone: string, language: Language): string[] {
  const day = dayIn(zone, language);
  const say = (texts: Text): string => texts[language];
  const { lot, transfer, operation, receipt, lines, ends, history } = told;
  const command = wordOf(COMMANDS, operation.command, language);
  const said: string[] = [];
  if (transfer !== null) {
    const event = wordOf(EVENTS, transfer.event, language);
    said.push(
      say({
        ru: `Проводка: ${event}, ${transfer.amount} бонусов, ${day(transfer.occurredAt)}. Причина — ${command}.`,
        en: `Transfer: ${event}, ${transfer.amount} bonuses, ${day(transfer.occurredAt)}. Cause: ${command}.`,
      }),
    );
  }
  if (lot !== null) {
    const kind = wordOf(KINDS, lot.kind, language);
    said.push(
      say({
        ru: `Начислено ${lot.granted} бонусов (${kind}), эмитент ${lot.issuer}. Активны с ${day(lot.activeAt)}.`,
        en: `${lot.granted} bonuses (${kind}) were granted, issued by ${lot.issuer}. Active from ${day(lot.activeAt)}.`,
      }),
    );
    if (transfer === null) said.push(say({ ru: `Причина — ${command}.`, en: `Cause: ${command}.` }));
  }
  said.push(
    say({
      ru: `Операция от ${day(operation.occurredAt)}, принята ${day(operation.postedAt)}, правила версии ${operation.policyVersion}.`,
      en: `Operation of ${day(operation.occurredAt)}, taken ${day(operation.postedAt)}, policy version ${operation.policyVersion}.`,
    }),
  );
  if (receipt !== null) {
    const { brand, storeId, terminalId, shift, number } = receipt;
    said.push(
      say({
        ru: `Чек ${number}: ${brand}, магазин ${storeId}, касса ${terminalId}, смена ${shift}.`,
        en: `Receipt ${number}: ${brand}, store ${storeId}, till ${terminalId}, shift ${shift}.`,
      }),
    );
  }
  for (const line of lines) said.push(lineIn(line, operation.command === "return", language));
  for (const end of ends) said.push(endIn(end, day, language));
  // What another entity's books say of the same move would only repeat it.
  for (const { event, amount, occurredAt, postedAt, after } of history.filter((step) => step.entity === lot?.issuer)) {
    const what = `${day(occurredAt)}: ${wordOf(EVENTS, event, language)} ${amount}`;
    const unposted = postedAt === null ? say({ ru: " (ещё не проведено)", en: " (not posted yet)" }) : "";
    said.push(
      say({
        ru: `${what}${unposted}; осталось: ожидает ${after.pending}, доступно ${after.available}, в резерве ${after.held}.`,
        en: `${what}${unposted}; left: pending ${after.pending}, available ${after.available}, held ${after.held}.`,
      }),
    );
  }
  return said;
}

function lineIn(line: Explanation["lines"][number], isReturn: boolean, language: Language): string {
  const { lineId, sku, money, bonuses, earned, rate } = line;
  const name = sku === null ? lineId : `${lineId} (${sku})`;
  if (isReturn) {
    return {
      ru: `Позиция ${name}: возвращено ${money} руб. и ${bonuses} бонусов, отозвано ${earned} бонусов.`,
      en: `Line ${name}: ${money} of money and ${bonuses} bonuses came back, ${earned} bonuses were taken back.`,
    }[language];
  }
  return {
    ru: `Позиция ${name}: оплачено деньгами ${money} руб., бонусами ${bonuses}; начислено ${earned}${rate === null ? "" : ` по ставке ${rate}, с округлением вниз до целого бонуса`}.`,
    en: `Line ${name}: ${money} paid in money, ${bonuses} in bonuses; earned ${earned}${rate === null ? "" : ` at a rate of ${rate}, rounded down to a whole bonus`}.`,
  }[language];
}

function endIn({ since, until, why }: ExplainedEnd, day: (instant: string) => string, language: Language): string {
  const reason = WHY[why][language];
  const first = { ru: `Срок до ${day(until)}: ${reason}.`, en: `Ends ${day(until)}: ${reason}.` };
  if (since === null) return first[language];
  return {
    ru: `С ${day(since)} срок до ${day(until)}: ${reason}.`,
    en: `Since ${day(since)} it ends ${day(until)}: ${reason}.`,
  }[language];
}

const WHY: Readonly<Record<ExplainedEnd["why"], Text>> = {
  life: { ru: "срок жизни по правилам программы", en: "the life that the policy gives" },
  stated: { ru: "срок, указанный при начислении", en: "the end that was stated with the grant" },
  extension: { ru: "продлён последующей покупкой", en: "extended by a later purchase" },
  grace: { ru: "льготный срок после возврата", en: "the grace after a return" },
};

function dayIn(zone: string, language: Language): (instant: string) => string {
  const locale = { ru: "ru-RU", en: "en-GB" }[language];
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: "medium", timeStyle: "short" });
  return (instant) => format.format(new Date(instant));
}

/** A word that the list does not have yet is shown as it is kept. */
function wordOf(words: Readonly<Record<string, Text>>, word: string, language: Language): string {
  return words[word]?.[language] ?? word;
}

const COMMANDS: Readonly<Record<string, Text>> = {
  purchase: { ru: "покупка", en: "a purchase" },
  return: { ru: "возврат товара", en: "a return of goods" },
  "reverse-purchase": { ru: "отмена чека", en: "the reversal of a receipt" },
  "reverse-return": { ru: "отмена возврата", en: "the reversal of a return" },
  accrue: { ru: "начисление вне покупки", en: "a grant outside of a sale" },
  redeem: { ru: "списание вне чека", en: "a redemption without a receipt" },
  "place-hold": { ru: "резервирование", en: "a hold" },
  "capture-hold": { ru: "списание резерва", en: "the capture of a hold" },
  "release-hold": { ru: "снятие резерва", en: "the release of a hold" },
  claim: { ru: "чек дождался своей карты", en: "a receipt that found its card" },
  visit: { ru: "наступил срок", en: "the passing of time" },
};

const EVENTS: Readonly<Record<TransferEvent, Text>> = {
  grant: { ru: "начислено", en: "granted" },
  suspension: { ru: "отложено до появления карты", en: "put on suspense" },
  claim: { ru: "начислено по найденной карте", en: "claimed from suspense" },
  activation: { ru: "стало активным", en: "became active" },
  expiry: { ru: "сгорело", en: "expired" },
  hold: { ru: "зарезервировано", en: "held" },
  release: { ru: "снято с резерва", en: "released" },
  spend: { ru: "потрачено", en: "spent" },
  spend_reversal: { ru: "потрачено вновь после отмены возврата", en: "spent again when a return was reversed" },
  unspend: { ru: "возвращено", en: "came back" },
  clawback: { ru: "отозвано за возвращённый товар", en: "taken back for returned goods" },
  clawback_reversal: { ru: "возвращено после отмены возврата", en: "given again when a return was reversed" },
  repayment: { ru: "погашен долг", en: "repaid debt" },
};

const KINDS: Readonly<Record<LotKind, Text>> = {
  ordinary: { ru: "обычные", en: "ordinary" },
  promo: { ru: "акционные", en: "promotional" },
  offer: { ru: "по персональному предложению", en: "of a personal offer" },
  compensation: { ru: "компенсация", en: "compensation" },
  opening: { ru: "перенесённый остаток", en: "opening balance" },
};
