/**
 * The closed list of problems that the service can answer with: status, whether trying again helps,
 * and what the cashier reads. Documented in docs/reference/problems.md, which a test holds against this list.
 */

/** A text for people at the till, in both languages. */
interface CashierText {
  readonly ru: string;
  readonly en: string;
}

export interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly title: string;
  readonly retryable: boolean;
  readonly cashier: CashierText;
}

const askSupport: CashierText = {
  ru: "Ошибка в запросе кассы. Проведите чек без бонусов и сообщите в поддержку.",
  en: "The till sent a wrong request. Complete the sale without bonuses and tell support.",
};
const tryAgain: CashierText = {
  ru: "Бонусная система временно недоступна. Повторите через несколько секунд.",
  en: "The bonus system is briefly unavailable. Try again in a few seconds.",
};
const noAccess: CashierText = {
  ru: "У кассы нет доступа к этой операции. Сообщите в поддержку.",
  en: "This till may not do that. Tell support.",
};

export const problems = {
  malformed_json: { status: 400, title: "The body is not JSON", retryable: false, cashier: askSupport },
  invalid_request: {
    status: 400,
    title: "The request does not have the agreed form",
    retryable: false,
    cashier: askSupport,
  },
  idempotency_key_required: {
    status: 400,
    title: "The Idempotency-Key header is missing or malformed",
    retryable: false,
    cashier: askSupport,
  },
  unauthenticated: { status: 401, title: "No valid key was presented", retryable: false, cashier: noAccess },
  forbidden: { status: 403, title: "The key does not have this scope", retryable: false, cashier: noAccess },
  brand_forbidden: { status: 403, title: "The key belongs to another brand", retryable: false, cashier: noAccess },
  not_found: { status: 404, title: "There is nothing here", retryable: false, cashier: askSupport },
  member_not_found: {
    status: 404,
    title: "No such member",
    retryable: false,
    cashier: {
      ru: "Участник не найден. Проверьте карту или телефон.",
      en: "Member not found. Check the card or the phone.",
    },
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
  method_not_allowed: { status: 405, title: "This method is not served here", retryable: false, cashier: askSupport },
  idempotency_mismatch: {
    status: 409,
    title: "The Idempotency-Key was used with another body",
    retryable: false,
    cashier: {
      ru: "Запрос с этим ключом уже был, но с другими данными. Сообщите в поддержку.",
      en: "This key was used for another request. Tell support.",
    },
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
  hold_not_open: {
    status: 409,
    title: "The hold has ended",
    retryable: false,
    cashier: { ru: "Резерв бонусов уже закрыт.", en: "This reservation has ended." },
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
  clock_goes_back: { status: 409, title: "The clock only moves forward", retryable: false, cashier: askSupport },
  clock_not_manual: {
    status: 409,
    title: "The clock of this service is not set by hand",
    retryable: false,
    cashier: askSupport,
  },
  brand_conflict: { status: 409, title: "The store belongs to another brand", retryable: false, cashier: askSupport },
  body_too_large: { status: 413, title: "The body is over 1 MiB", retryable: false, cashier: askSupport },
  unsupported_media_type: {
    status: 415,
    title: "The body must be application/json",
    retryable: false,
    cashier: askSupport,
  },
  unprocessable_request: {
    status: 422,
    title: "The request is well formed, and makes no sense",
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
    cashier: { ru: "В чеке нет такой позиции.", en: "The receipt has no such line." },
  },
  not_divisible: {
    status: 422,
    title: "The line can only be returned whole",
    retryable: false,
    cashier: { ru: "Эту позицию можно вернуть только целиком.", en: "This line can only be returned whole." },
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
  internal: { status: 500, title: "A fault of the service", retryable: true, cashier: tryAgain },
  unavailable: { status: 503, title: "The service cannot take this now", retryable: true, cashier: tryAgain },
  overloaded: { status: 503, title: "The queue is full", retryable: true, cashier: tryAgain },
  shutting_down: { status: 503, title: "The service is stopping", retryable: true, cashier: tryAgain },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;

/** What a problem says beyond its code: amounts as strings, identifiers, names of fields. Never personal data. */
export type ProblemData = Readonly<Record<string, unknown>>;

/** A problem on its way to the caller. Thrown at the edge; returned, never thrown, by what decides. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly data: ProblemData;

  constructor(code: ProblemCode, data: ProblemData = {}) {
    super(code);
    this.code = code;
    this.data = data;
  }
}
