/**
 * The account of 1C:Предприятие for each account of these books, with what it is told apart by there (субконто). Data: whoever
 * keeps other accounts changes it here and counts the version up, which every document names.
 */
import type { AccountFamily } from "../../../ledger/account.ts";

export const MAP_VERSION = 2026_01;

/** What an account is told apart by: the kind of bonuses, the other entity, or the reason of an adjustment. */
type ToldApartBy = "ВидБонусов" | "Контрагент" | "ПричинаКорректировки";

interface MappedAccount {
  /** As the chart of accounts of the order 94н has it; sub-accounts with a letter are added to it. */
  readonly code: string;
  readonly name: string;
  readonly by: readonly ToldApartBy[];
}

const OF_MEMBERS = ["ВидБонусов"] as const;
const OF_ENTITIES = ["Контрагент", "ВидБонусов"] as const;
const OF_REASONS = ["ПричинаКорректировки", "ВидБонусов"] as const;

export const ACCOUNT_MAP: Readonly<Record<AccountFamily, MappedAccount>> = {
  pending: { code: "76.Б1", name: "Бонусы участников: ожидают активации", by: OF_MEMBERS },
  available: { code: "76.Б2", name: "Бонусы участников: доступны", by: OF_MEMBERS },
  held: { code: "76.Б3", name: "Бонусы участников: удержаны под заказы", by: OF_MEMBERS },
  debt: { code: "76.Б4", name: "Долги участников по отозванным бонусам", by: OF_MEMBERS },
  suspense: { code: "76.Б5", name: "Бонусы по чекам, карта которых неизвестна", by: OF_MEMBERS },
  moved: { code: "76.Б9", name: "Перенос между участниками", by: OF_MEMBERS },
  due_to: { code: "76.05", name: "Расчёты с другим юридическим лицом: мы должны", by: OF_ENTITIES },
  due_from: { code: "76.06", name: "Расчёты с другим юридическим лицом: должны нам", by: OF_ENTITIES },
  issuance: { code: "44.01", name: "Расходы на продажу: начисленные бонусы", by: OF_MEMBERS },
  redemption: { code: "90.01.1", name: "Скидка, оплаченная бонусами", by: OF_MEMBERS },
  breakage: { code: "91.01", name: "Прочие доходы: сгоревшие бонусы", by: OF_MEMBERS },
  write_off: { code: "91.02", name: "Прочие расходы: списанные долги участников", by: OF_MEMBERS },
  adjustment: { code: "91.02.К", name: "Прочие расходы: корректировки бонусов", by: OF_REASONS },
  opening: { code: "000", name: "Вспомогательный счёт: начальные остатки", by: OF_MEMBERS },
};

/** SQL: the code of an account of these books. */
export const codeOf = (account: string): string =>
  `case split_part(${account}, ':', 1) ${Object.entries(ACCOUNT_MAP)
    .map(([family, { code }]) => `when '${family}' then '${code}'`)
    .join(" ")} end`;

/** How an account is told apart, by name: the kind of bonuses where one is concerned; the other entity, or the reason, where there is one. */
export function toldApart(account: string, kind: string): readonly (readonly [ToldApartBy, string])[] {
  const [family = "", rest = ""] = account.split(":");
  const { by } = ACCOUNT_MAP[family as AccountFamily];
  return by.flatMap((name) => {
    const value = name === "ВидБонусов" ? kind : rest;
    return value === "" ? [] : [[name, value] as const];
  });
}
