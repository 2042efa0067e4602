/** A chart drawn on the server: bars of months, of which each category has its part; what was taken stands below the line. */
import { formatAmount } from "../../kernel/amount.ts";
import { type Language, readable, readableDay } from "./texts.ts";

interface Bar {
  readonly month: string;
  readonly parts: readonly { readonly category: string; readonly cost: string }[];
}

interface ChartTerms {
  readonly bars: readonly Bar[];
  readonly colourOf: (category: string) => string;
  readonly nameOf: (category: string) => string;
  readonly language: Language;
  readonly label: string;
}

const WIDTH = 900;
const HEIGHT = 300;
const LEFT = 110;
const TOP = 16;
const BOTTOM = 34;
const PLOT = HEIGHT - TOP - BOTTOM;
const LINES = 4n;
/** Labels of so many months fit side by side. */
const MOST_LABELS = 14;

/** Sums may be larger than any amount that is given. */
const minor = (text: string): bigint => BigInt(text.replace(".", ""));
const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

/** The next of 1, 2, 2.5, 5, 10, … that four lines reach the amount with; in hundredths. */
export function stepFor(most: bigint): bigint {
  for (let power = 100n; ; power *= 10n) {
    for (const tenths of [10n, 20n, 25n, 50n]) {
      const step = (power * tenths) / 10n;
      if (step * LINES >= most) return step;
    }
  }
}

interface Block {
  readonly y: number;
  readonly height: number;
  readonly category: string;
  readonly cost: string;
}

export function Chart({ bars, colourOf, nameOf, language, label }: ChartTerms) {
  const costs = bars.map(({ parts }) => parts.map(({ cost }) => minor(cost)));
  const above = costs.map((all) => sumOf(all.filter((cost) => cost > 0n)));
  const below = costs.map((all) => -sumOf(all.filter((cost) => cost < 0n)));
  const most = (amounts: readonly bigint[]) => amounts.reduce((max, amount) => (amount > max ? amount : max), 0n);
  const step = stepFor(most([...above, ...below]) || 1n);
  const linesAbove = (most(above) + step - 1n) / step;
  const linesBelow = (most(below) + step - 1n) / step;
  const span = (linesAbove + linesBelow || 1n) * step;
  // Whole tenths of a pixel: no amount is ever a binary fraction.
  const pixels = (amount: bigint): number => Number((amount * BigInt(PLOT * 10)) / span) / 10;
  const zero = TOP + pixels(linesAbove * step);
  const lines = Array.from({ length: Number(linesAbove + linesBelow) + 1 }, (_, index) => linesAbove - BigInt(index));
  const slot = (WIDTH - LEFT) / Math.max(bars.length, 1);
  const barWidth = Math.min(slot * 0.62, 72);
  const every = Math.ceil(bars.length / MOST_LABELS);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {lines.map((line) => {
        const y = zero - Math.sign(Number(line)) * pixels((line < 0n ? -line : line) * step);
        return (
          <g>
            <line x1={LEFT} x2={WIDTH} y1={y} y2={y} class={line === 0n ? "zero" : "grid"} />
            <text x={LEFT - 10} y={y + 4} class="scale">
              {readable(formatAmount(line * step), language)}
            </text>
          </g>
        );
      })}
      {bars.map((bar, index) => (
        <g>
          {blocksOf(bar, zero, pixels).map(({ y, height, category, cost }) => (
            <rect
              x={(LEFT + slot * index + (slot - barWidth) / 2).toFixed(1)}
              y={y.toFixed(1)}
              width={barWidth.toFixed(1)}
              height={height.toFixed(1)}
              fill={colourOf(category)}
            >
              <title>{`${readableDay(bar.month, language)}, ${nameOf(category)}: ${readable(cost, language)}`}</title>
            </rect>
          ))}
          {index % every === 0 ? (
            <text x={(LEFT + slot * (index + 0.5)).toFixed(1)} y={HEIGHT - 10} class="month">
              {readableDay(bar.month, language)}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}

/** One upon the other, away from the line. */
function blocksOf({ parts }: Bar, zero: number, pixels: (amount: bigint) => number): Block[] {
  let [up, down] = [zero, zero];
  return parts.flatMap(({ category, cost }): Block[] => {
    const amount = minor(cost);
    if (amount === 0n) return [];
    const height = Math.max(pixels(amount < 0n ? -amount : amount), 0.5);
    if (amount > 0n) {
      up -= height;
      return [{ y: up, height, category, cost }];
    }
    down += height;
    return [{ y: down - height, height, category, cost }];
  });
}
