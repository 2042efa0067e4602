/** Amounts as a Russian document writes them: in digits, and in words. */
import { formatAmount, type Kopecks } from "../../kernel/amount.ts";

const NBSP = "\u00a0";

/** `1 234,56`, with spaces that do not break; below zero with a minus. */
export function russianAmount(minor: bigint): string {
  const [whole = "0", fraction = "00"] = formatAmount(minor < 0n ? -minor : minor).split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, NBSP);
  return `${minor < 0n ? "−" : ""}${grouped},${fraction}`;
}

/** Forms of a noun after one, after two to four, and after five or more. */
type Forms = readonly [one: string, few: string, many: string];

const ROUBLES: Forms = ["рубль", "рубля", "рублей"];
const KOPECKS: Forms = ["копейка", "копейки", "копеек"];
/** Names of the powers of a thousand, from a thousand on: more than an amount can be. Only a thousand is feminine. */
const POWERS: readonly Forms[] = [
  ["тысяча", "тысячи", "тысяч"],
  ["миллион", "миллиона", "миллионов"],
  ["миллиард", "миллиарда", "миллиардов"],
  ["триллион", "триллиона", "триллионов"],
  ["квадриллион", "квадриллиона", "квадриллионов"],
];

const words = (list: string): readonly string[] => list.split(" ");
const SMALL = words(
  "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
);
const TENS = words(". . двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто");
const HUNDREDS = words(". сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот");
const FEMININE: Readonly<Record<string, string>> = { один: "одна", два: "две" };

function formFor(count: number, [one, few, many]: Forms): string {
  const [lastTwo, last] = [count % 100, count % 10];
  if (lastTwo >= 11 && lastTwo <= 14) return many;
  return last === 1 ? one : last >= 2 && last <= 4 ? few : many;
}

/** A number below a thousand, above zero. */
function belowThousand(number: number, isFeminine: boolean): string[] {
  const [hundreds, rest] = [Math.floor(number / 100), number % 100];
  const small = rest < 20 ? rest : rest % 10;
  const unit = SMALL[small] ?? "";
  return [
    ...(hundreds > 0 ? [HUNDREDS[hundreds] ?? ""] : []),
    ...(rest >= 20 ? [TENS[Math.floor(rest / 10)] ?? ""] : []),
    ...(small > 0 ? [isFeminine ? (FEMININE[unit] ?? unit) : unit] : []),
  ];
}

/** Groups of three digits, the highest first, each with its power of a thousand. */
function groupsOf(digits: string): { readonly number: number; readonly power: number }[] {
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  return groups.map((group, index) => ({ number: Number(group), power: groups.length - 1 - index }));
}

/** `Одна тысяча двести тридцать четыре рубля 56 копеек`. */
export function inWords(kopecks: Kopecks): string {
  const [roubles = "0", rest = "00"] = formatAmount(kopecks < 0n ? -kopecks : kopecks).split(".");
  const groups = groupsOf(roubles).filter(({ number }) => number > 0);
  const spoken = groups.flatMap(({ number, power }) => {
    const forms = POWERS[power - 1];
    return [...belowThousand(number, power === 1), ...(forms === undefined ? [] : [formFor(number, forms)])];
  });
  const whole = spoken.length === 0 ? [SMALL[0] ?? ""] : spoken;
  const said = [...(kopecks < 0n ? ["минус"] : []), ...whole, formFor(Number(roubles.slice(-2)), ROUBLES)].join(" ");
  return `${said.charAt(0).toUpperCase()}${said.slice(1)} ${rest} ${formFor(Number(rest), KOPECKS)}`;
}
