/** Counts the rows of a text as it passes by: line ends that do not stand in quotes. */

const LINE_END = 10;
const QUOTE = 34;

export interface RowCount {
  readonly rows: number;
  see(chunk: Uint8Array): void;
}

/** `quoted`: fields may be quoted, and hold line ends then; the first row is that of the names. Otherwise each line is a row. */
export function countRows(quoted: boolean): RowCount {
  let lines = 0;
  let isWithin = false;
  return {
    get rows() {
      return quoted ? Math.max(0, lines - 1) : lines;
    },
    see(chunk) {
      for (const byte of chunk) {
        if (byte === LINE_END && !isWithin) lines += 1;
        else if (quoted && byte === QUOTE) isWithin = !isWithin;
      }
    },
  };
}
