/** Problems of requests as such: their form, access, rates, and faults on the way. */
import { askSupport, noAccess, type ProblemKind, tryAgain } from "./kind.ts";

export const requestProblems = {
  malformed_json: { status: 400, title: "The body is not JSON in UTF-8", retryable: false, cashier: askSupport },
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
    title: "The body must be application/json, and not compressed",
    retryable: false,
    cashier: askSupport,
  },
  unprocessable_request: {
    status: 422,
    title: "The request is well formed, and makes no sense",
    retryable: false,
    cashier: askSupport,
  },
  mark_ahead: {
    status: 422,
    title: "The journal has not come to this mark",
    retryable: false,
    cashier: askSupport,
  },
  period_not_over: {
    status: 409,
    title: "The month is not over",
    retryable: false,
    cashier: { ru: "Месяц ещё не закончился.", en: "The month is not over yet." },
  },
  period_out_of_order: {
    status: 409,
    title: "Another month comes first",
    retryable: false,
    cashier: {
      ru: "Месяцы закрываются по порядку, а открыть можно только последний закрытый.",
      en: "Months are closed one after another, and only the last closed one can be opened.",
    },
  },
  period_settled: {
    status: 409,
    title: "The month stands in a settlement that was agreed",
    retryable: false,
    cashier: {
      ru: "Месяц входит в согласованный акт взаиморасчётов, открыть его нельзя.",
      en: "The month is part of an agreed settlement and cannot be opened.",
    },
  },
  period_not_closed: {
    status: 409,
    title: "The month has not been closed",
    retryable: false,
    cashier: { ru: "Месяц ещё не закрыт.", en: "The month has not been closed yet." },
  },
  settlement_not_found: {
    status: 404,
    title: "No such settlement",
    retryable: false,
    cashier: { ru: "Акт взаиморасчётов не найден.", en: "No such settlement." },
  },
  settlement_exists: {
    status: 409,
    title: "There is a settlement of these months",
    retryable: false,
    cashier: { ru: "Акты за эти месяцы уже составлены.", en: "These months have their settlements already." },
  },
  settlement_out_of_order: {
    status: 409,
    title: "Another month is to be settled first",
    retryable: false,
    cashier: {
      ru: "Акты составляются по порядку: сначала предыдущий должен быть согласован.",
      en: "Settlements follow one another: the one before has to be agreed first.",
    },
  },
  settlement_outdated: {
    status: 409,
    title: "A month of the settlement was opened again since it was made",
    retryable: false,
    cashier: {
      ru: "После составления акта месяц открывали. Аннулируйте акт и составьте новый.",
      en: "The month was opened since this was made. Drop it and make a new one.",
    },
  },
  settlement_not_open: {
    status: 409,
    title: "The settlement is not in the state that this needs",
    retryable: false,
    cashier: {
      ru: "В нынешнем состоянии акта это сделать нельзя.",
      en: "The settlement is not in a state that allows this.",
    },
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    retryable: true,
    cashier: {
      ru: "Слишком много запросов. Повторите через минуту.",
      en: "Too many requests. Try again in a minute.",
    },
  },
  internal: { status: 500, title: "A fault of the service", retryable: true, cashier: tryAgain },
  unavailable: { status: 503, title: "The service cannot take this now", retryable: true, cashier: tryAgain },
  overloaded: { status: 503, title: "The queue is full", retryable: true, cashier: tryAgain },
  shutting_down: { status: 503, title: "The service is stopping", retryable: true, cashier: tryAgain },
} as const satisfies Record<string, ProblemKind>;
