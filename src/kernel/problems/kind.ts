/** What is said of a problem, and the texts for cashiers that several share. */

/** A text for people at the till, in both languages. */
interface CashierText {
  readonly ru: string;
  readonly en: string;
}

export interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  readonly retryable: boolean;
  readonly cashier: CashierText;
  /** Told to a look-up that has found nobody: the limits of rates count it as more than one. */
  readonly foundNobody?: true;
}

export const askSupport: CashierText = {
  ru: "Ошибка в запросе кассы. Проведите чек без бонусов и сообщите в поддержку.",
  en: "The till sent a wrong request. Complete the sale without bonuses and tell support.",
};
export const tryAgain: CashierText = {
  ru: "Бонусная система временно недоступна. Повторите через несколько секунд.",
  en: "The bonus system is briefly unavailable. Try again in a few seconds.",
};
export const noAccess: CashierText = {
  ru: "У кассы нет доступа к этой операции. Сообщите в поддержку.",
  en: "This till may not do that. Tell support.",
};
