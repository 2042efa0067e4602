/** Problems of links that customers start by themselves. None of them tells anything of the other account, not even whether there is one. */
import type { ProblemKind } from "./kind.ts";

export const linkProblems = {
  links_unavailable: {
    status: 409,
    title: "This service has no way to send one-time codes",
    retryable: false,
    cashier: {
      ru: "Коды подтверждения сейчас не отправляются. Объедините счета через поддержку.",
      en: "Codes cannot be sent here. Ask support to join the accounts.",
    },
  },
  too_many_links: {
    status: 429,
    title: "Links were started too often for this member or this address",
    retryable: true,
    cashier: {
      ru: "Слишком много попыток объединения за сутки. Попробуйте завтра.",
      en: "Too many attempts to join accounts in a day. Try again tomorrow.",
    },
  },
  no_verified_address: {
    status: 409,
    title: "The member has no verified phone or e-mail of its own to send a code to",
    retryable: false,
    cashier: {
      ru: "У участника нет подтверждённого телефона или почты. Подтвердите их и попробуйте снова.",
      en: "The member has no verified phone or e-mail. Verify one, and try again.",
    },
  },
  link_not_found: {
    status: 404,
    title: "No such link",
    retryable: false,
    cashier: { ru: "Запрос на объединение не найден.", en: "No such request to join accounts." },
  },
  link_ended: {
    status: 409,
    title: "The link has ended: its codes are worth nothing any more",
    retryable: false,
    cashier: {
      ru: "Коды больше не действуют. Начните объединение заново.",
      en: "These codes are no longer valid. Start again.",
    },
  },
  link_codes_wrong: {
    status: 409,
    title: "The codes are not those that were sent",
    retryable: false,
    cashier: {
      ru: "Коды неверны. Проверьте оба: число попыток ограничено.",
      en: "The codes are wrong. Check both: tries are limited.",
    },
  },
  link_refused: {
    status: 409,
    title: "These accounts cannot be joined by the customer",
    retryable: false,
    cashier: {
      ru: "Эти счета нельзя объединить самостоятельно. Обратитесь в поддержку.",
      en: "These accounts cannot be joined here. Ask support.",
    },
  },
} as const satisfies Record<string, ProblemKind>;
