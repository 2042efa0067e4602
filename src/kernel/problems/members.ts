/** Problems of members: who may not spend, and who become one, or part. */
import type { ProblemKind } from "./kind.ts";

export const memberProblems = {
  /** Its texts tell neither a cashier nor a customer why. */
  spending_unavailable: {
    status: 409,
    title: "Bonuses cannot be spent here now",
    retryable: false,
    cashier: {
      ru: "На этот чек бонусы списать нельзя. Проведите продажу без бонусов.",
      en: "Bonuses cannot be spent on this receipt. Sell without bonuses.",
    },
  },
  already_blocked: {
    status: 409,
    title: "The member is blocked already",
    retryable: false,
    cashier: { ru: "Участник уже заблокирован.", en: "The member is blocked already." },
  },
  not_blocked: {
    status: 409,
    title: "The member is not blocked",
    retryable: false,
    cashier: { ru: "Участник не заблокирован.", en: "The member is not blocked." },
  },
  identifier_taken: {
    status: 409,
    title: "It leads to another member",
    retryable: false,
    cashier: {
      ru: "Эта карта уже у другого участника. Сначала её нужно у него отвязать.",
      en: "This is another member's. It has to be ended there first.",
    },
  },
  identifier_not_found: {
    status: 404,
    title: "The member has no such identifier",
    retryable: false,
    cashier: { ru: "У участника нет такой карты или контакта.", en: "The member has no such card or contact." },
  },
  too_many_identifiers: {
    status: 409,
    title: "The profile has had too many identifiers",
    retryable: false,
    cashier: {
      ru: "К профилю привязано слишком много карт и контактов. Обратитесь в поддержку.",
      en: "The profile has had too many cards and contacts. Ask support.",
    },
  },
  already_one_member: {
    status: 409,
    title: "Both are one member already",
    retryable: false,
    cashier: { ru: "Это уже один участник.", en: "These are one member already." },
  },
  merge_blocked: {
    status: 409,
    title: "Something stands against joining these members",
    retryable: false,
    cashier: {
      ru: "Этих участников нельзя объединить. Причины указаны в ответе.",
      en: "These members cannot be joined. The answer says why.",
    },
  },
  staff_required: {
    status: 403,
    title: "It is not said who of the staff asks",
    retryable: false,
    cashier: {
      ru: "Не указан сотрудник. Войдите под своей учётной записью.",
      en: "It is not said who asks. Sign in as yourself.",
    },
  },
  nothing_to_override: {
    status: 409,
    title: "What was to be overridden does not stand against joining these members",
    retryable: false,
    cashier: {
      ru: "Даты рождения не расходятся: подтверждение второго сотрудника не нужно.",
      en: "The birth dates do not differ: no second person is needed.",
    },
  },
  override_not_found: {
    status: 404,
    title: "No such request for an override",
    retryable: false,
    cashier: { ru: "Запрос на подтверждение не найден.", en: "No such request." },
  },
  override_ended: {
    status: 409,
    title: "The request for an override has ended",
    retryable: false,
    cashier: {
      ru: "Запрос уже подтверждён, устарел или участники изменились. Создайте новый.",
      en: "The request was approved already, has expired, or the members have changed. Make a new one.",
    },
  },
  second_person_needed: {
    status: 409,
    title: "Whoever has asked for it cannot approve it",
    retryable: false,
    cashier: {
      ru: "Подтвердить должен другой сотрудник.",
      en: "Another person has to approve it.",
    },
  },
  candidate_not_found: {
    status: 404,
    title: "No such candidate",
    retryable: false,
    cashier: { ru: "Пара для проверки не найдена.", en: "No such pair to review." },
  },
  candidate_exists: {
    status: 409,
    title: "These members are to be reviewed already",
    retryable: false,
    cashier: { ru: "Эта пара уже ждёт проверки.", en: "This pair waits for review already." },
  },
  candidate_decided: {
    status: 409,
    title: "Somebody has decided about these members already",
    retryable: false,
    cashier: {
      ru: "По этой паре уже принято решение. Оно указано в ответе.",
      en: "This pair has been decided already. The answer says how.",
    },
  },
  merge_not_found: {
    status: 404,
    title: "No such merge",
    retryable: false,
    cashier: { ru: "Объединение не найдено.", en: "No such merge." },
  },
  merge_undone: {
    status: 409,
    title: "The merge is undone already",
    retryable: false,
    cashier: { ru: "Объединение уже отменено.", en: "The merge is undone already." },
  },
  profile_not_found: {
    status: 404,
    title: "No such profile",
    retryable: false,
    cashier: { ru: "Профиль не найден.", en: "No such profile." },
  },
  too_many_consents: {
    status: 409,
    title: "The profile would have consents for too many purposes",
    retryable: false,
    cashier: {
      ru: "У профиля слишком много согласий. Сообщите в поддержку.",
      en: "The profile has too many consents. Tell support.",
    },
  },
  said_in_future: {
    status: 422,
    title: "What was said is dated later than now",
    retryable: false,
    cashier: {
      ru: "Дата согласия в будущем. Проверьте часы кассы.",
      en: "The consent is dated in the future. Check the till's clock.",
    },
  },
  member_erased: {
    status: 409,
    title: "The member is erased: nothing is known of it any more",
    retryable: false,
    cashier: {
      ru: "Участник удалён из программы. Предложите зарегистрироваться заново.",
      en: "The member has left the programme. Offer to register anew.",
    },
  },
  erasure_pending: {
    status: 409,
    title: "The member is to be erased: that is cancelled first, or done",
    retryable: false,
    cashier: { ru: "Данные участника готовятся к удалению.", en: "The member is about to be erased." },
  },
  erasure_blocked: {
    status: 409,
    title: "Something stands against erasing the member",
    retryable: false,
    cashier: {
      ru: "Удалить участника пока нельзя: есть незавершённые заказы или резервы.",
      en: "The member cannot be erased yet: orders or holds are open.",
    },
  },
  no_erasure_pending: {
    status: 409,
    title: "Nobody has asked that the member be erased, or it was cancelled",
    retryable: false,
    cashier: { ru: "Запроса на удаление нет.", en: "No erasure was asked for." },
  },
  erasure_not_found: {
    status: 404,
    title: "Nobody has ever asked that the member be erased",
    retryable: false,
    cashier: { ru: "Запроса на удаление нет.", en: "No erasure was asked for." },
  },
  nothing_to_part: {
    status: 409,
    title: "It is the only profile of its member",
    retryable: false,
    cashier: { ru: "У участника нет других профилей.", en: "The member has no other profile." },
  },
  part_by_unmerge: {
    status: 409,
    title: "A merge has brought this profile: undo that merge",
    retryable: false,
    cashier: {
      ru: "Профиль присоединён объединением. Отмените объединение.",
      en: "A merge has brought this profile. Undo the merge.",
    },
  },
  too_much_to_part: {
    status: 422,
    title: "These members have moved too much together to be parted at once",
    retryable: false,
    cashier: {
      ru: "Слишком много операций. Обратитесь в поддержку.",
      en: "Too many operations. Ask support.",
    },
  },
} as const satisfies Record<string, ProblemKind>;
