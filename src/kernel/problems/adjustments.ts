/** Problems of adjustments, and of the staff who make them. */
import type { ProblemKind } from "./kind.ts";

export const adjustmentProblems = {
  adjustment_not_found: {
    status: 404,
    title: "No such adjustment",
    retryable: false,
    cashier: { ru: "Корректировка не найдена.", en: "No such adjustment." },
  },
  adjustment_ended: {
    status: 409,
    title: "The adjustment does not wait for a second person any more",
    retryable: false,
    cashier: {
      ru: "Корректировка уже проведена, отклонена или устарела.",
      en: "The adjustment was applied or rejected already, or has expired.",
    },
  },
  adjustment_not_reversible: {
    status: 409,
    title: "The adjustment cannot be reversed",
    retryable: false,
    cashier: {
      ru: "Отменить можно только проведённую корректировку, и только один раз.",
      en: "Only an adjustment that was applied can be reversed, and only once.",
    },
  },
  adjustment_limit: {
    status: 409,
    title: "More than one person may adjust in a day",
    retryable: false,
    cashier: {
      ru: "Дневной лимит корректировок исчерпан. Обратитесь к коллеге.",
      en: "Your limit of adjustments for the day is used up. Ask a colleague.",
    },
  },
  own_account: {
    status: 409,
    title: "Nobody adjusts an account of their own",
    retryable: false,
    cashier: {
      ru: "Свой счёт корректировать нельзя. Обратитесь к коллеге.",
      en: "You cannot adjust an account of your own. Ask a colleague.",
    },
  },
  unknown_staff: {
    status: 422,
    title: "This member of staff is not registered",
    retryable: false,
    cashier: {
      ru: "Сотрудник не зарегистрирован для корректировок. Обратитесь к администратору.",
      en: "You are not registered for adjustments. Ask the administrator.",
    },
  },
  unknown_reason: {
    status: 422,
    title: "The rules have no such reason for an adjustment in this direction",
    retryable: false,
    cashier: {
      ru: "Такой причины корректировки нет в правилах. Выберите причину из списка.",
      en: "The rules have no such reason. Choose one from the list.",
    },
  },
  incident_required: {
    status: 422,
    title: "The reason needs the reference of an incident",
    retryable: false,
    cashier: {
      ru: "Для этой причины нужен номер инцидента.",
      en: "This reason needs the number of an incident.",
    },
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
