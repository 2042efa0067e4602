/** Problems of what is asked of the ledger: members, sales, returns, holds. */
import { askSupport, type ProblemKind } from "./kind.ts";

export const ledgerProblems = {
  member_not_found: {
    status: 404,
    title: "No such member",
    retryable: false,
    cashier: {
      ru: "Участник не найден. Проверьте карту или телефон.",
      en: "Member not found. Check the card or the phone.",
    },
    foundNobody: true,
  },
  purchase_not_found: {
    status: 404,
    title: "No such purchase",
    retryable: false,
    cashier: { ru: "Покупка не найдена. Проверьте номер чека.", en: "Purchase not found. Check the receipt number." },
  },
  hold_not_found: {
    status: 404,
    title: "No such hold",
    retryable: false,
    cashier: { ru: "Резерв бонусов не найден.", en: "No such reservation of bonuses." },
  },
  receipt_conflict: {
    status: 409,
    title: "The receipt is known with another content",
    retryable: false,
    cashier: {
      ru: "Чек с этим номером уже проведён с другими данными.",
      en: "A receipt of this number exists with other content.",
    },
  },
  profile_conflict: {
    status: 409,
    title: "The profile is registered with other content",
    retryable: false,
    cashier: askSupport,
  },
  receipt_reversed: {
    status: 409,
    title: "The receipt was reversed before it came",
    retryable: false,
    cashier: { ru: "Этот чек уже отменён. Пробейте новый.", en: "This receipt has been reversed. Make a new one." },
  },
  insufficient_bonuses: {
    status: 409,
    title: "There are too few bonuses",
    retryable: false,
    cashier: { ru: "Недостаточно бонусов. Уменьшите сумму списания.", en: "Not enough bonuses. Ask for less." },
  },
  spend_over_limit: {
    status: 409,
    title: "More bonuses were asked than the rules let be spent on these lines",
    retryable: false,
    cashier: {
      ru: "Столько бонусов на эти товары списать нельзя. Уменьшите сумму.",
      en: "These goods do not accept so many bonuses. Ask for less.",
    },
  },
  quote_changed: {
    status: 409,
    title: "What was quoted no longer holds: a price, the rules or the balance has changed",
    retryable: false,
    cashier: {
      ru: "Условия изменились. Покажите покупателю новый расчёт.",
      en: "The terms have changed. Show the customer the new quote.",
    },
  },
  quote_expired: {
    status: 409,
    title: "The quote has expired",
    retryable: false,
    cashier: {
      ru: "Расчёт устарел. Покажите покупателю новый.",
      en: "The quote has expired. Show the customer the new one.",
    },
  },
  hold_not_open: {
    status: 409,
    title: "The hold has ended",
    retryable: false,
    cashier: { ru: "Резерв бонусов уже закрыт.", en: "This reservation has ended." },
  },
  hold_of_order: {
    status: 409,
    title: "The hold pays for an order, and ends with it",
    retryable: false,
    cashier: {
      ru: "Этот резерв относится к заказу. Выдайте или отмените заказ.",
      en: "This reservation belongs to an order. Hand out or cancel the order.",
    },
  },
  too_many_parts: {
    status: 409,
    title: "The hold was captured or released in too many parts",
    retryable: false,
    cashier: {
      ru: "Резерв делили слишком много раз. Спишите или отмените остаток целиком.",
      en: "The reservation was divided too often. Use or cancel the rest as a whole.",
    },
  },
  capture_over_hold: {
    status: 409,
    title: "More was asked than is held",
    retryable: false,
    cashier: { ru: "Сумма больше зарезервированной.", en: "The amount is more than was reserved." },
  },
  purchase_reversed: {
    status: 409,
    title: "The purchase has been reversed",
    retryable: false,
    cashier: {
      ru: "Покупка отменена, возврат по ней невозможен.",
      en: "The purchase was reversed; nothing is left to return.",
    },
  },
  return_exceeds_sold: {
    status: 409,
    title: "More was asked to be returned than is left of the line",
    retryable: false,
    cashier: {
      ru: "Возвращается больше, чем осталось по чеку.",
      en: "More is being returned than is left on the receipt.",
    },
  },
  quote_mismatch: {
    status: 422,
    title: "The quote is of another member, seller or basket",
    retryable: false,
    cashier: {
      ru: "Расчёт относится к другой покупке. Сделайте новый расчёт.",
      en: "The quote belongs to another purchase. Make a new one.",
    },
  },
  policy_exists: {
    status: 409,
    title: "There is a version of the rules with this number, and other content",
    retryable: false,
    cashier: askSupport,
  },
  policy_invalid: {
    status: 422,
    title: "The rules contradict each other, or what is registered",
    retryable: false,
    cashier: askSupport,
  },
  policy_out_of_turn: {
    status: 422,
    title: "A version of the rules has the next number, and begins later than now",
    retryable: false,
    cashier: askSupport,
  },
  policy_not_found: {
    status: 404,
    title: "No such version of the rules",
    retryable: false,
    cashier: askSupport,
  },
  unknown_brand: { status: 422, title: "No such brand", retryable: false, cashier: askSupport },
  unknown_store: {
    status: 422,
    title: "The store is not registered",
    retryable: false,
    cashier: {
      ru: "Магазин не зарегистрирован в программе. Сообщите в поддержку.",
      en: "The store is not registered. Tell support.",
    },
  },
  unknown_line: {
    status: 422,
    title: "The purchase has no such line",
    retryable: false,
    cashier: { ru: "Такой позиции в чеке или заказе нет.", en: "The receipt or the order has no such line." },
  },
  not_divisible: {
    status: 422,
    title: "The line cannot be split",
    retryable: false,
    cashier: { ru: "Эту позицию нельзя разделить.", en: "This line cannot be split." },
  },
  occurred_in_future: {
    status: 422,
    title: "The receipt is dated later than now",
    retryable: false,
    cashier: {
      ru: "Дата чека в будущем. Проверьте часы кассы.",
      en: "The receipt is dated in the future. Check the till's clock.",
    },
  },
  receipt_too_old: {
    status: 422,
    title: "The receipt came too late",
    retryable: false,
    cashier: { ru: "Чек слишком старый. Обратитесь в поддержку.", en: "The receipt is too old. Ask support." },
  },
  senseless_lifetime: {
    status: 422,
    title: "The bonuses would end before they begin, or have ended already",
    retryable: false,
    cashier: askSupport,
  },
  hold_ends_in_past: {
    status: 422,
    title: "The hold would have ended already",
    retryable: false,
    cashier: {
      ru: "Срок резерва уже прошёл. Проверьте часы кассы.",
      en: "The reservation would have ended already. Check the till's clock.",
    },
  },
  hold_too_long: {
    status: 422,
    title: "The hold would last longer than the rules let",
    retryable: false,
    cashier: {
      ru: "Слишком долгий резерв бонусов. Укажите более ранний срок.",
      en: "The reservation is too long. Choose an earlier end.",
    },
  },
  returned_before_sale: {
    status: 422,
    title: "The return is dated before its sale",
    retryable: false,
    cashier: {
      ru: "Дата возврата раньше даты покупки. Проверьте часы кассы.",
      en: "The return is dated before the purchase. Check the till's clock.",
    },
  },
  too_many_parked: {
    status: 409,
    title: "Too many returns wait for this sale already",
    retryable: false,
    cashier: {
      ru: "По этому чеку ждут обработки слишком много возвратов. Обратитесь в поддержку.",
      en: "Too many returns wait for this receipt already. Ask support.",
    },
  },
  return_not_found: {
    status: 404,
    title: "No such return",
    retryable: false,
    cashier: { ru: "Возврат не найден.", en: "Return not found." },
  },
} as const satisfies Record<string, ProblemKind>;
