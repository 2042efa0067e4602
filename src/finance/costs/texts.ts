/** Texts of the page, in both languages; and amounts as people read them. */
export type Language = "ru" | "en";

const texts = {
  title: { ru: "Стоимость инцидентов по категориям списания", en: "Cost of incidents by category of write-off" },
  allEntities: { ru: "все юридические лица", en: "all legal entities" },
  entity: { ru: "Юридическое лицо", en: "Legal entity" },
  since: { ru: "с начала учёта", en: "since the beginning" },
  untilNow: { ru: "по сегодня", en: "until now" },
  mark: { ru: "Позиция в журнале", en: "Mark of the journal" },
  cost: { ru: "Стоимость, бонусов", en: "Cost, bonuses" },
  credited: { ru: "Начислено", en: "Given" },
  debited: { ru: "Списано", en: "Taken" },
  undone: { ru: "Отменено", en: "Undone" },
  reversals: { ru: "Отмен", en: "Undone" },
  adjustments: { ru: "Корректировок", en: "Adjustments" },
  members: { ru: "Участников", en: "Members" },
  paidTwice: { ru: "Оплачено повторно", en: "Paid twice" },
  pairs: { ru: "Пар «участник — инцидент»", en: "Pairs of a member and an incident" },
  byMonth: { ru: "По месяцам и категориям", en: "By month and category" },
  byReason: { ru: "По причинам", en: "By reason" },
  byEntity: { ru: "По юридическим лицам", en: "By legal entity" },
  byIncident: { ru: "Самые дорогие инциденты", en: "Incidents that have cost most" },
  month: { ru: "Месяц", en: "Month" },
  category: { ru: "Категория", en: "Category" },
  reason: { ru: "Причина", en: "Reason" },
  incident: { ru: "Инцидент", en: "Incident" },
  member: { ru: "Участник", en: "Member" },
  times: { ru: "Раз", en: "Times" },
  more: { ru: "Сверх первого раза", en: "Beyond the first time" },
  reasons: { ru: "Причины", en: "Reasons" },
  nothing: { ru: "За период ничего не было.", en: "There was nothing in the period." },
  notTwice: {
    ru: "Ни один инцидент не оплачен одному участнику дважды.",
    en: "No incident was paid to one member twice.",
  },
  severalReasons: { ru: "из них по разным причинам", en: "of these for several reasons" },
  note: {
    ru: "Стоимость — начислено минус списано и минус отменено; отмена учитывается в том месяце, в котором проведена. Участники показаны только идентификаторами.",
    en: "Cost is what was given, less what was taken, less what was undone; what is undone counts in the month in which it is. Members are named by their ids only.",
  },
} as const;
export type TextName = keyof typeof texts;

export const textIn =
  (language: Language) =>
  (name: TextName): string =>
    texts[name][language];

/** `2026-05-01` is `01.05.2026` in Russian, and stays in English; `2026-05`, of a month, is `05.2026`. */
export const readableDay = (day: string, language: Language): string =>
  language === "ru" ? day.split("-").toReversed().join(".") : day;

/** `"-1234567.80"` is `−1 234 567,80` in Russian, `−1,234,567.80` in English. */
export function readable(amount: string, language: Language): string {
  const [whole = "", decimals = ""] = amount.replace("-", "").split(".");
  const [separator, point] = language === "ru" ? ["\u00a0", ","] : [",", "."];
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, separator);
  return `${amount.startsWith("-") ? "\u2212" : ""}${grouped}${point}${decimals}`;
}
