/** What the town's shops sell: electronics, what goes with them, and a few services. */
import type { Chance } from "./chance.ts";

interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** In whole roubles; a price ends in 990, 490 or 90. */
  readonly price: number;
}

/** How often something of a category is what a customer comes for, and its products: name and price. */
const SHELVES: Readonly<
  Record<string, { readonly weight: number; readonly products: readonly (readonly [string, number])[] }>
> = {
  smartphones: {
    weight: 18,
    products: [
      ["Смартфон Янтарь 12", 24_990],
      ["Смартфон Янтарь 12 Pro", 49_990],
      ["Смартфон Снегирь А5", 12_990],
      ["Смартфон Полюс X", 89_990],
    ],
  },
  laptops: {
    weight: 7,
    products: [
      ["Ноутбук Север 14", 54_990],
      ["Ноутбук Север 16", 79_990],
      ["Ноутбук Игрок RX", 129_990],
    ],
  },
  tv: {
    weight: 8,
    products: [
      ["Телевизор Рубикон 43", 29_990],
      ["Телевизор Рубикон 55", 46_990],
      ["Телевизор Рубикон 65", 74_990],
    ],
  },
  "large-appliances": {
    weight: 8,
    products: [
      ["Холодильник Полюс 300", 42_990],
      ["Стиральная машина Волна 7", 34_990],
      ["Посудомоечная машина Ключ 45", 31_990],
    ],
  },
  "small-appliances": {
    weight: 20,
    products: [
      ["Чайник Самовар Е1", 2_490],
      ["Пылесос Вихрь", 8_990],
      ["Утюг Пар 2400", 3_990],
      ["Мультиварка Печка", 6_490],
      ["Кофемашина Утро", 27_990],
    ],
  },
  headphones: {
    weight: 14,
    products: [
      ["Наушники Эхо", 3_490],
      ["Наушники Эхо Pro", 9_990],
      ["Колонка Дуэт", 5_990],
    ],
  },
  gaming: {
    weight: 6,
    products: [
      ["Геймпад Вега", 5_490],
      ["Игровая приставка Вега", 52_990],
      ["Игра «Дальний рейс»", 4_990],
    ],
  },
  accessories: {
    weight: 19,
    products: [
      ["Чехол", 990],
      ["Защитное стекло", 790],
      ["Зарядное устройство 30 Вт", 1_990],
      ["Кабель USB-C", 690],
      ["Карта памяти 128 ГБ", 1_490],
    ],
  },
};

const CABLE: Product = { sku: "cable-m", name: "Кабель акустический, м", category: "accessories", price: 149 };
const SERVICES = {
  delivery: { sku: "delivery", name: "Доставка", category: "delivery", price: 790 },
  setup: { sku: "setup", name: "Настройка", category: "service-fee", price: 1_490 },
  giftCard: { sku: "gift-3000", name: "Подарочная карта 3000", category: "gift-card", price: 3_000 },
} as const;

const products: readonly Product[] = Object.entries(SHELVES).flatMap(([category, shelf]) =>
  shelf.products.map(([name, price], index) => ({ sku: `${category}-${index + 1}`, name, category, price })),
);

const accessories = products.filter(({ category }) => category === "accessories");

/** A line of a receipt, as the API takes it. */
export interface Line {
  readonly lineId: string;
  readonly sku: string;
  readonly category: string;
  readonly quantity: string;
  readonly unitPrice: string;
}

/** What one customer puts on the counter: mostly one thing, and what goes with it. */
export function basket(chance: Chance, delivered: boolean): Line[] {
  const chosen: [Product, string][] = [];
  const things = chance.yes(0.75) ? 1 : chance.int(2, 3);
  for (let thing = 0; thing < things; thing += 1) chosen.push([wanted(chance), "1"]);
  if (chance.yes(0.3)) chosen.push([chance.pick(accessories), `${chance.int(1, 3)}`]);
  if (chance.yes(0.03)) chosen.push([CABLE, `${chance.int(1, 12)}.500`]);
  if (chance.yes(0.06)) chosen.push([SERVICES.setup, "1"]);
  if (chance.yes(0.03)) chosen.push([SERVICES.giftCard, "1"]);
  if (delivered) chosen.push([SERVICES.delivery, "1"]);
  // A sale now and then, with prices that do not end in nines.
  const discount = chance.yes(0.2) ? chance.int(3, 25) : 0;
  return chosen.map(([product, quantity], index) => ({
    lineId: `${index + 1}`,
    sku: product.sku,
    category: product.category,
    quantity,
    unitPrice: priceAfter(product.price, discount),
  }));
}

function wanted(chance: Chance): Product {
  const shelves = Object.entries(SHELVES);
  let left = chance.next() * shelves.reduce((sum, [, { weight }]) => sum + weight, 0);
  const [category] = shelves.find(([, { weight }]) => (left -= weight) < 0) ?? ["accessories"];
  return chance.pick(products.filter((product) => product.category === category));
}

/** A price less a discount in whole per cent, exact to the kopeck. */
function priceAfter(roubles: number, percent: number): string {
  const kopecks = BigInt(roubles) * BigInt(100 - percent);
  return `${kopecks / 100n}.${(kopecks % 100n).toString().padStart(2, "0")}`;
}

const names = new Map([...products, CABLE, ...Object.values(SERVICES)].map(({ sku, name }) => [sku, name]));

/** What stands on the price tag. */
export const nameOf = (sku: string): string => names.get(sku) ?? sku;
