/**
 * Processor time of processes, as the system counts it: steadier than rates, where other work is done on the same machine.
 * Read from /proc, since the database and the service are processes of their own; where there is none, nothing is known.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Milliseconds of processor time; `NaN` where it is not known, or where there is no such process. */
export interface ProcessorTime {
  readonly service: number;
  readonly database: number;
}

export const hasProc = existsSync("/proc/self/stat");

/** Linux counts in hundredths of a second for its users, whatever the kernel's own clock is. */
const MS_PER_TICK = 10;

/** Of this process. */
export function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Of another process, with all its threads. */
export function timeOf(pid: number): number {
  const stat = readStat(pid);
  return stat === undefined ? Number.NaN : stat.ownTicks * MS_PER_TICK;
}

/** Of a database server: its first process, those that it has started, and those that have ended since. */
export function timeOfServer(pid: number): number {
  const first = readStat(pid);
  if (first === undefined) return Number.NaN;
  let ticks = first.ownTicks + first.endedTicks;
  for (const name of readdirSync("/proc")) {
    const other = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (other?.parent === pid) ticks += other.ownTicks;
  }
  return ticks * MS_PER_TICK;
}

/** Resident memory of a process in MiB; `NaN` where it is not known. */
export function memoryOf(pid: number): number {
  const status = readText(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

interface Stat {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended and were waited for. */
  readonly endedTicks: number;
}

/** Undefined where no such process is, or the system does not tell. */
function readStat(pid: number): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // The name stands in brackets, and may hold brackets and spaces itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields.length < 15) return undefined;
  const at = (place: number) => Number(fields[place]);
  return { parent: at(1), ownTicks: at(11) + at(12), endedTicks: at(13) + at(14) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
