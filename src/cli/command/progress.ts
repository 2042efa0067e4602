/** Progress on the error output, so that a summary can be piped away: a bar on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** Shows how far it is, with a word on where. */
  update(done: number, note: string): void;
  stop(): void;
}

const SECONDS_BETWEEN_LINES = 10;

/** Starts a bar; `unit` is what is counted. A quiet one shows nothing. */
export function startProgress(title: string, total: number, unit: string, quiet = false): Progress {
  if (quiet) return { update() {}, stop() {} };
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}% | {value}/{total} ${unit} | {note}`,
      hideCursor: false,
      fps: 5,
      noTTYOutput: true,
      notTTYSchedule: SECONDS_BETWEEN_LINES * 1000,
      gracefulExit: false,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: "" });
  return { update: (done, note) => bar.update(done, { note }), stop: () => bar.stop() };
}
