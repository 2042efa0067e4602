/** Words of a printed statement. */
import { type Instant } from "../../kernel/clock.ts";
import type { LocalDate } from "../../kernel/zone.ts";
import type { LotKind } from "../../ledger/account.ts";
import type { Month } from "../periods/months.ts";
import type { Section, SettlementStatus } from "../settlement/words.ts";

export const SECTION_TEXTS: Readonly<Record<Section, string>> = {
  spent: "Бонусы, списанные покупателями",
  returned: "Возвраты покупок этого же периода",
  debts: "Бонусы, зачтённые в погашение долгов участников",
  credit_note: "Корректировка прошлых периодов (кредит-нота)",
};

export const KIND_TEXTS: Readonly<Record<LotKind, string>> = {
  ordinary: "обычные",
  promo: "промо",
  offer: "по предложениям",
  compensation: "компенсация",
  opening: "начальный остаток",
};

export const STATUS_TEXTS: Readonly<Record<SettlementStatus, string>> = {
  draft: "Проект, не согласован",
  agreed: "Согласован сторонами",
  paid: "Согласован, расчёты завершены",
  dropped: "Аннулирован",
};

const MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(" ");

/** `март 2026 г.`, `март – май 2026 г.`, `декабрь 2025 г. – январь 2026 г.` */
export function periodText(from: Month, to: Month): string {
  const [first, last] = [from, to].map((month) => {
    const [year = "", number = "1"] = month.split("-");
    return { year, name: MONTHS[Number(number) - 1] ?? "" };
  }) as [{ year: string; name: string }, { year: string; name: string }];
  if (from === to) return `${last.name} ${last.year} г.`;
  if (first.year === last.year) return `${first.name} – ${last.name} ${last.year} г.`;
  return `${first.name} ${first.year} г. – ${last.name} ${last.year} г.`;
}

/** `02.03.2026` */
export const dayText = (day: LocalDate): string => day.split("-").toReversed().join(".");

/** `02.03.2026 12:00`, on the clocks of a zone. */
export const instantText = (at: Instant, zone: string): string =>
  new Intl.DateTimeFormat("ru-RU", { timeZone: zone, dateStyle: "short", timeStyle: "short" })
    .format(at)
    .replace(", ", " ")
    .replace(/\.(\d{2}) /, ".20$1 ");

/** `22 %` of `0.22`. */
export function rateText(rate: string): string {
  const [whole = "0", fraction = ""] = rate.split(".");
  const digits = `${whole}${fraction.padEnd(2, "0")}`;
  const [percent, rest] = [digits.slice(0, whole.length + 2), digits.slice(whole.length + 2).replace(/0+$/, "")];
  return `${percent.replace(/^0+(?=\d)/, "")}${rest === "" ? "" : `,${rest}`}\u00a0%`;
}
