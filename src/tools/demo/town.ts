/** A made-up town on a river: its stores, and the people who shop there. Nobody in it exists. */
import { BRANDS, type Brand, otherBrand } from "../client/brands.ts";
import { type Chance, chanceOf } from "./chance.ts";

export interface Store {
  readonly id: string;
  readonly brand: Brand;
  readonly name: string;
}

export interface Person {
  readonly index: number;
  readonly lastName: string;
  readonly firstName: string;
  readonly middleName: string;
  readonly gender: "female" | "male";
  readonly birthDate: string;
  readonly phone: string;
  /** The brands that know this person; the first of them came first. */
  readonly bases: readonly Brand[];
  /** One of each brand that knows the person. */
  readonly cards: Readonly<Partial<Record<Brand, string>>>;
  readonly stores: Readonly<Record<Brand, Store>>;
  /** How often this person shops, compared with others. */
  readonly activity: number;
  /** How readily this person spends bonuses. */
  readonly thrift: number;
  /** The day on which the profile comes; before it, the card leads to nobody. */
  readonly joins: number;
}

export interface Town {
  readonly name: string;
  readonly stores: readonly Store[];
  readonly people: readonly Person[];
}

export interface TownSize {
  readonly people: number;
  /** Over how many days newcomers join. */
  readonly days: number;
}

/** What people call the brand. */
export const BRAND_NAMES: Readonly<Record<Brand, string>> = { mvideo: "М.Видео", eldorado: "Эльдорадо" };

const PLACES = [
  "ТЦ «Галерея»",
  "Набережная",
  "Вокзальная",
  "ТЦ «Берёзка»",
  "Речной порт",
  "Заводская",
  "Слобода",
  "Университет",
  "ТЦ «Маяк»",
  "Старый мост",
];
const FAMILIES = [
  "Иванов",
  "Кузнецов",
  "Смирнов",
  "Попов",
  "Волков",
  "Соколов",
  "Лебедев",
  "Козлов",
  "Новиков",
  "Морозов",
  "Павлов",
  "Семёнов",
  "Голубев",
  "Виноградов",
  "Богданов",
  "Воробьёв",
  "Фёдоров",
  "Михайлов",
  "Беляев",
  "Тарасов",
];
const MEN = [
  "Александр",
  "Дмитрий",
  "Максим",
  "Сергей",
  "Андрей",
  "Алексей",
  "Артём",
  "Иван",
  "Михаил",
  "Роман",
  "Павел",
  "Олег",
];
const WOMEN = [
  "Анна",
  "Мария",
  "Елена",
  "Ольга",
  "Наталья",
  "Ирина",
  "Светлана",
  "Татьяна",
  "Екатерина",
  "Дарья",
  "Ксения",
  "Полина",
];
const FATHERS = [
  "Александров",
  "Дмитриев",
  "Сергеев",
  "Андреев",
  "Алексеев",
  "Иванов",
  "Михайлов",
  "Павлов",
  "Олегов",
  "Викторов",
];

/** Shares of the people: known to both brands, to the first of the two, and (the rest) to the other. */
const IN_BOTH = 0.65;
const NEWCOMERS = 0.08;

/** Builds the town of a seed. */
export function townOf(seed: string, { people, days }: TownSize): Town {
  const stores = BRANDS.flatMap((brand) =>
    PLACES.map((place, index) => ({ id: `${brand}-${index + 1}`, brand, name: `${BRAND_NAMES[brand]}, ${place}` })),
  );
  const chance = chanceOf(seed, "people");
  return {
    name: "Верхнереченск",
    stores,
    people: Array.from({ length: people }, (_, index) => personOf(chance, index, stores, days)),
  };
}

function personOf(chance: Chance, index: number, stores: readonly Store[], days: number): Person {
  const gender = chance.yes(0.54) ? "female" : "male";
  const ending = gender === "female" ? "а" : "";
  const first: Brand = chance.yes(0.55) ? "mvideo" : "eldorado";
  const bases = chance.yes(IN_BOTH) ? [first, otherBrand(first)] : [first];
  const storeOf = (brand: Brand) => chance.pick(stores.filter((store) => store.brand === brand));
  return {
    index,
    gender,
    lastName: `${chance.pick(FAMILIES)}${ending}`,
    firstName: chance.pick(gender === "female" ? WOMEN : MEN),
    middleName: `${chance.pick(FATHERS)}${gender === "female" ? "на" : "ич"}`,
    birthDate: `${chance.int(1950, 2007)}-${two(chance.int(1, 12))}-${two(chance.int(1, 28))}`,
    phone: `+7900${(1_000_000 + index * 37).toString()}`,
    bases,
    cards: Object.fromEntries(bases.map((brand) => [brand, cardOf(brand, index)])),
    stores: { mvideo: storeOf("mvideo"), eldorado: storeOf("eldorado") },
    activity: 0.2 + chance.next() ** 3 * 4,
    thrift: chance.next() ** 2,
    joins: chance.yes(NEWCOMERS) ? chance.int(3, Math.max(3, Math.floor(days / 2))) : 0,
  };
}

const two = (number: number): string => number.toString().padStart(2, "0");

const cardOf = (brand: Brand, index: number): string =>
  `${brand === "mvideo" ? "29001" : "29002"}${(10_000_000 + index * 13).toString()}`;

export const fullName = ({ lastName, firstName, middleName }: Person): string =>
  `${firstName} ${middleName} ${lastName}`;
