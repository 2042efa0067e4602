/** An explanation in words, Russian and English: short sentences that support can read to a customer. */
import type { LotKind } from "../../ledger/account.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";
import type { ExplainedEnd, ExplainedLine, ExplainedStep, Explanation } from "./answer.ts";

type Language = "ru" | "en";
type Text = Readonly<Record<Language, string>>;
type Told = Omit<Explanation, "words">;

/** Tells an explanation in both languages, with days and hours of the programme's zone. */
export function wordsOf(told: Told, zone: string): Explanation["words"] {
  return { ru: sentences(told, zone, "ru"), en: sentences(told, zone, "en") };
}

function sentences(told: Told, zone: string, language: Language): string[] {
  const say: Say = {
    text: (texts) => texts[language],
    word: (words, word) => words[word]?.[language] ?? word,
    day: dayIn(zone, language),
  };
  return [
    ...subjectIn(told, say),
    ...operationIn(told, say),
    ...told.lines.map((line) => lineIn(line, say)),
    ...told.ends.map((end) => endIn(end, say)),
    // What another entity's books say of the same move would only repeat it.
    ...told.history.filter(({ entity }) => entity === told.lot?.issuer).map((step) => stepIn(step, say)),
  ];
}

/** How things are said in one language. */
interface Say {
  readonly text: (texts: Text) => string;
  /** A word that the list does not have is shown as it is kept. */
  readonly word: (words: Readonly<Record<string, Text>>, word: string) => string;
  readonly day: (instant: string) => string;
}

function subjectIn({ lot, transfer, cause: by, operation }: Told, { text, word, day }: Say): string[] {
  const cause = by === "time" ? text(TIME) : word(OPERATIONS, operation.name);
  const said: string[] = [];
  if (transfer !== null) {
    const { amount, occurredAt } = transfer;
    const event = word(EVENTS, transfer.event);
    said.push(
      text({
        ru: `Проводка: ${event}, ${amount} бонусов, ${day(occurredAt)}. Причина — ${cause}.`,
        en: `Transfer: ${event}, ${amount} bonuses, ${day(occurredAt)}. Cause: ${cause}.`,
      }),
    );
  }
  if (lot !== null) {
    const { granted, issuer, activeAt } = lot;
    const kind = word(KINDS, lot.kind);
    said.push(
      text({
        ru: `Начислено ${granted} бонусов (${kind}), эмитент ${issuer}. Активны с ${day(activeAt)}.`,
        en: `${granted} bonuses (${kind}) were granted, issued by ${issuer}. Active from ${day(activeAt)}.`,
      }),
    );
    if (transfer === null) said.push(text({ ru: `Причина — ${cause}.`, en: `Cause: ${cause}.` }));
  }
  return said;
}

function operationIn({ cause, operation, receipt }: Told, { text, word, day }: Say): string[] {
  const { name, occurredAt, postedAt, policyVersion, storeId, reason, reference } = operation;
  if (cause === "time") {
    const by = word(OPERATIONS, name);
    return [
      text({
        ru: `Проведено ${day(postedAt)} вместе с другой операцией: ${by}.`,
        en: `Posted ${day(postedAt)}, along with another operation: ${by}.`,
      }),
    ];
  }
  const said = [
    text({
      ru: `Операция от ${day(occurredAt)}, принята ${day(postedAt)}, правила версии ${policyVersion}.`,
      en: `Operation of ${day(occurredAt)}, taken ${day(postedAt)}, policy version ${policyVersion}.`,
    }),
  ];
  if (receipt !== null) {
    const { brand, terminalId, shift, number } = receipt;
    said.push(
      text({
        ru: `Чек ${number}: ${brand}, магазин ${receipt.storeId}, касса ${terminalId}, смена ${shift}.`,
        en: `Receipt ${number}: ${brand}, store ${receipt.storeId}, till ${terminalId}, shift ${shift}.`,
      }),
    );
  } else if (storeId !== null) said.push(text({ ru: `Магазин ${storeId}.`, en: `Store ${storeId}.` }));
  if (reason !== null) said.push(text({ ru: `Основание: ${reason}.`, en: `Reason: ${reason}.` }));
  if (reference !== null) said.push(text({ ru: `Документ: ${reference}.`, en: `Reference: ${reference}.` }));
  return said;
}

/** Lines of a return have no article: what was sold is told by its purchase. */
function lineIn({ lineId, sku, money, bonuses, earned, rate }: ExplainedLine, { text }: Say): string {
  if (sku === null) {
    return text({
      ru: `Позиция ${lineId}: возвращено ${money} руб. и ${bonuses} бонусов, отозвано ${earned} бонусов.`,
      en: `Line ${lineId}: ${money} of money and ${bonuses} bonuses came back, ${earned} bonuses were taken back.`,
    });
  }
  const name = `${lineId} (${sku})`;
  return text({
    ru: `Позиция ${name}: оплачено деньгами ${money} руб., бонусами ${bonuses}; начислено ${earned}${rate === null ? "" : ` по ставке ${rate}, с округлением вниз до целого бонуса`}.`,
    en: `Line ${name}: ${money} paid in money, ${bonuses} in bonuses; earned ${earned}${rate === null ? "" : ` at a rate of ${rate}, rounded down to a whole bonus`}.`,
  });
}

function endIn({ since, until, why }: ExplainedEnd, { text, day }: Say): string {
  const reason = text(WHY[why]);
  if (since === null) return text({ ru: `Срок до ${day(until)}: ${reason}.`, en: `Ends ${day(until)}: ${reason}.` });
  return text({
    ru: `С ${day(since)} срок до ${day(until)}: ${reason}.`,
    en: `Since ${day(since)} it ends ${day(until)}: ${reason}.`,
  });
}

function stepIn({ event, amount, occurredAt, postedAt, after }: ExplainedStep, { text, word, day }: Say): string {
  const what = `${day(occurredAt)}: ${word(EVENTS, event)} ${amount}`;
  const unposted = postedAt === null ? text({ ru: " (ещё не проведено)", en: " (not posted yet)" }) : "";
  return text({
    ru: `${what}${unposted}; осталось: ожидает ${after.pending}, доступно ${after.available}, в резерве ${after.held}.`,
    en: `${what}${unposted}; left: pending ${after.pending}, available ${after.available}, held ${after.held}.`,
  });
}

const WHY: Readonly<Record<ExplainedEnd["why"], Text>> = {
  life: { ru: "срок жизни по правилам программы", en: "the life that the policy gives" },
  stated: { ru: "срок, указанный при начислении", en: "the end that was stated with the grant" },
  extension: { ru: "продлён последующей покупкой", en: "extended by a later purchase" },
  grace: { ru: "льготный срок после возврата", en: "the grace after a return" },
  move: {
    ru: "срок, с которым они перенесены со счёта на счёт",
    en: "the end with which it was moved between wallets",
  },
};

function dayIn(zone: string, language: Language): (instant: string) => string {
  const locale = { ru: "ru-RU", en: "en-GB" }[language];
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: "medium", timeStyle: "short" });
  return (instant) => format.format(new Date(instant));
}

const TIME: Text = { ru: "наступил срок", en: "the passing of time" };

/** Operations that move bonuses, or post what time has moved, by their names in the journal. */
export const OPERATIONS: Readonly<Record<string, Text>> = {
  purchase: { ru: "покупка", en: "a purchase" },
  return: { ru: "возврат товара", en: "a return of goods" },
  "return-by-receipt": { ru: "возврат товара", en: "a return of goods" },
  reversal: { ru: "отмена чека", en: "the reversal of a receipt" },
  accrual: { ru: "начисление вне покупки", en: "a grant outside of a sale" },
  redemption: { ru: "списание вне чека", en: "a redemption without a receipt" },
  hold: { ru: "резервирование", en: "a hold" },
  "hold-capture": { ru: "списание резерва", en: "the capture of a hold" },
  "hold-release": { ru: "снятие резерва", en: "the release of a hold" },
  order: { ru: "резерв для заказа", en: "the placing of an order" },
  "order-pickup": { ru: "выдача заказа", en: "the pickup of an order" },
  "order-cancel": { ru: "отмена заказа", en: "the cancelling of an order" },
  "order-expiry": { ru: "срок заказа истёк", en: "the end of an order's time" },
  claim: { ru: "чек дождался своей карты", en: "a receipt that found its card" },
  "identifier-adding": { ru: "привязка карты или контакта", en: "the adding of a card or contact" },
  "identifier-end": { ru: "отвязка карты или контакта", en: "the ending of a card or contact" },
  "member-block": { ru: "блокировка участника", en: "the blocking of a member" },
  "member-unblock": { ru: "снятие блокировки участника", en: "the unblocking of a member" },
  "member-erase": { ru: "запрос на удаление участника", en: "the request that a member be erased" },
  "member-erase-cancel": { ru: "отзыв запроса на удаление участника", en: "the taking back of that request" },
  "member-erasure": { ru: "удаление участника", en: "the erasing of a member" },
  "erased-clearing": { ru: "очистка кошелька удалённого участника", en: "the clearing of an erased member's wallet" },
  "consent-change": { ru: "изменение согласий", en: "a change of consents" },
  merge: { ru: "объединение участников", en: "the merging of members" },
  "match-proposal": { ru: "предложение проверить участников", en: "a proposal to review members" },
  "match-decision": { ru: "объединение участников по решению", en: "the linking of members by a reviewer" },
  "merge-override": {
    ru: "запрос на объединение участников с разными датами рождения",
    en: "a request to join two members whose birth dates differ",
  },
  "merge-override-approval": {
    ru: "объединение участников по решению двоих",
    en: "the joining of members by two people",
  },
  "link-start": { ru: "запрос покупателя на объединение счетов", en: "a customer's request to link accounts" },
  "representative-grant": { ru: "назначение представителя", en: "the naming of a representative" },
  "link-confirmation": { ru: "объединение счетов покупателем", en: "the linking of accounts by the customer" },
  unmerge: { ru: "разделение участников", en: "the undoing of a merge" },
  "profile-parting": { ru: "отделение профиля", en: "the parting of a profile" },
  "profile-registration": { ru: "регистрация профиля", en: "the registration of a profile" },
  "order-ready": { ru: "готовность заказа", en: "the readiness of an order" },
  "order-reroute": { ru: "перенос заказа в другой магазин", en: "the rerouting of an order" },
  adjustment: { ru: "корректировка", en: "an adjustment" },
  "break-correction": {
    ru: "корректировка по расхождению со сверкой",
    en: "an adjustment that has put right what a reconciliation had found",
  },
  "adjustment-approval": {
    ru: "корректировка, утверждённая вторым сотрудником",
    en: "an adjustment that a second person has approved",
  },
  "adjustment-reversal": { ru: "отмена корректировки", en: "the reversal of an adjustment" },
  "due-posting": { ru: "проведение наступивших сроков", en: "the posting of what was due" },
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
  move: { ru: "перенесено между счетами участника", en: "moved between wallets" },
  forfeit: { ru: "сгорело при удалении данных участника", en: "forfeited when the member was erased" },
  write_off: { ru: "долг списан при удалении данных участника", en: "debt written off when the member was erased" },
  restitution: { ru: "возмещено при разделении участников", en: "made good when members parted" },
  credit_adjustment: { ru: "начислено корректировкой", en: "credited by an adjustment" },
  debit_adjustment: { ru: "списано корректировкой", en: "debited by an adjustment" },
  credit_reversal: { ru: "отозвано при отмене корректировки", en: "taken back when an adjustment was reversed" },
  debit_reversal: { ru: "возвращено при отмене корректировки", en: "given back when an adjustment was reversed" },
  repayment_reversal: { ru: "погашение долга отменено", en: "a repayment of debt undone" },
};

const KINDS: Readonly<Record<LotKind, Text>> = {
  ordinary: { ru: "обычные", en: "ordinary" },
  promo: { ru: "акционные", en: "promotional" },
  offer: { ru: "по персональному предложению", en: "of a personal offer" },
  compensation: { ru: "компенсация", en: "compensation" },
  opening: { ru: "перенесённый остаток", en: "opening balance" },
};
