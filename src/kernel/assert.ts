/** States what must hold. A failure is a defect of ours, never a fault of the input; it ends the command, and nothing is written. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new BrokenInvariant(what);
}

export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}

/** For the default branch over a closed set: the compiler refuses to let it be reached. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`unreachable: ${String(value)}`);
}
