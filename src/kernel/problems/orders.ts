/** Problems of orders and their pickups. */
import type { ProblemKind } from "./kind.ts";

export const orderProblems = {
  order_not_found: {
    status: 404,
    title: "No such order",
    retryable: false,
    cashier: { ru: "Заказ не найден. Проверьте номер.", en: "Order not found. Check the number." },
    foundNobody: true,
  },
  order_conflict: {
    status: 409,
    title: "The brand has an order of this number with other content",
    retryable: false,
    cashier: {
      ru: "Заказ с этим номером уже оформлен с другими данными.",
      en: "An order of this number exists with other content.",
    },
  },
  order_in_wrong_state: {
    status: 409,
    title: "The order's state does not allow this step",
    retryable: false,
    cashier: {
      ru: "Заказ сейчас в другом состоянии: ещё не готов, уже выдан, отменён или срок хранения истёк. Обновите его данные.",
      en: "The order is in another state: not ready yet, handed out, cancelled, or its storage is over. Refresh it.",
    },
  },
  order_elsewhere: {
    status: 409,
    title: "The order waits at another store",
    retryable: false,
    cashier: {
      ru: "Заказ ждёт в другом магазине: см. данные заказа.",
      en: "The order waits at another store: see the order.",
    },
  },
  pickup_not_offered: {
    status: 409,
    title: "Orders of this brand cannot be collected at that brand yet",
    retryable: false,
    cashier: {
      ru: "Заказы этой сети пока нельзя получить в другой сети.",
      en: "Orders of this chain cannot be collected at the other chain yet.",
    },
  },
  bonuses_not_taken_there: {
    status: 409,
    title: "The brand cannot take bonuses that are held for the order",
    retryable: false,
    cashier: {
      ru: "Другая сеть пока не принимает бонусы, зарезервированные для заказа.",
      en: "The other chain does not take the bonuses reserved for the order yet.",
    },
  },
  storage_too_long: {
    status: 422,
    title: "The order would be stored longer than the rules let",
    retryable: false,
    cashier: {
      ru: "Слишком долгий срок хранения. Укажите меньше дней.",
      en: "Storage is too long. Choose fewer days.",
    },
  },
  more_than_waits: {
    status: 409,
    title: "More was asked than waits of the line",
    retryable: false,
    cashier: { ru: "В заказе столько этого товара уже не осталось.", en: "Fewer of these are left in the order." },
  },
  line_twice: {
    status: 422,
    title: "An added line has the number of a line of the order",
    retryable: false,
    cashier: {
      ru: "Номер позиции повторяется. Дайте добавленным товарам другие номера.",
      en: "Two lines have the same number. Number the added goods differently.",
    },
  },
  collected_before_order: {
    status: 422,
    title: "The receipt is dated before the order",
    retryable: false,
    cashier: {
      ru: "Дата чека раньше даты заказа. Проверьте часы кассы.",
      en: "The receipt is dated before the order. Check the till's clock.",
    },
  },
  too_many_visits: {
    status: 409,
    title: "The order was collected in too many parts",
    retryable: false,
    cashier: {
      ru: "Заказ выдавали по частям слишком много раз. Обратитесь в поддержку.",
      en: "The order was handed out in too many parts. Ask support.",
    },
  },
  pickup_code_wrong: {
    status: 409,
    title: "The pickup code is wrong",
    retryable: false,
    cashier: {
      ru: "Неверный код получения. Проверьте его у покупателя: число попыток ограничено.",
      en: "Wrong pickup code. Check it with the customer: tries are limited.",
    },
  },
  pickup_code_used: {
    status: 409,
    title: "The pickup code was used for an earlier visit",
    retryable: false,
    cashier: {
      ru: "Этот код уже использован. Попросите покупателя запросить новый.",
      en: "This code was used already. Ask the customer to request a new one.",
    },
  },
  pickup_code_blocked: {
    status: 409,
    title: "Wrong codes were tried too often: no code is taken for a while",
    retryable: false,
    cashier: {
      ru: "Код вводили неверно слишком много раз. Подождите или запросите новый код.",
      en: "Too many wrong codes. Wait, or have a new code sent.",
    },
  },
} as const satisfies Record<string, ProblemKind>;
