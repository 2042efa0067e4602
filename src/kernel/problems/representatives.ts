/** Problems of members who act for others. */
import type { ProblemKind } from "./kind.ts";

export const representativeProblems = {
  not_a_representative: {
    status: 409,
    title: "Whoever was presented may not act for this member",
    retryable: false,
    cashier: {
      ru: "Покупатель не может действовать за этого участника. Проведите продажу на его собственную карту.",
      en: "The customer may not act for this member. Sell on the customer's own card.",
    },
  },
  representative_limit: {
    status: 409,
    title: "More was asked than the representative may spend",
    retryable: false,
    cashier: {
      ru: "Превышен лимит представителя. Сколько можно списать, указано в ответе.",
      en: "This is above the representative's limit. The answer says how much can be spent.",
    },
  },
  represents_himself: {
    status: 409,
    title: "Nobody represents himself: both are one member",
    retryable: false,
    cashier: { ru: "Это один и тот же участник.", en: "Both are the same member." },
  },
  already_represents: {
    status: 409,
    title: "He may act for this member already: end that link first",
    retryable: false,
    cashier: {
      ru: "Этот представитель уже назначен. Сначала завершите прежние полномочия.",
      en: "This representative has been named already. End the former link first.",
    },
  },
  too_many_representatives: {
    status: 409,
    title: "The member has, or acts for, as many as there may be",
    retryable: false,
    cashier: {
      ru: "Достигнуто наибольшее число представителей.",
      en: "There are as many representatives as there may be.",
    },
  },
  representative_not_found: {
    status: 404,
    title: "No such link of a representative",
    retryable: false,
    cashier: { ru: "Полномочия не найдены.", en: "No such link of a representative." },
  },
  representative_ended: {
    status: 409,
    title: "The link is over already",
    retryable: false,
    cashier: { ru: "Полномочия уже завершены.", en: "The link has ended already." },
  },
  representative_ends_in_past: {
    status: 422,
    title: "The link would be over before it begins",
    retryable: false,
    cashier: {
      ru: "Срок полномочий уже прошёл. Укажите другую дату.",
      en: "The link would be over already. Give another date.",
    },
  },
} as const satisfies Record<string, ProblemKind>;
