/** A key that stands for a thing in the world, such as a receipt of a kind, and what its being taken means. */
export interface NaturalKey {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /**
   * `own`: the command is this thing. Taken with the same input, its outcome is the answer; else a conflict.
   * `tombstone`: the command takes it so that nothing else can come; if it is taken, the command is to be prepared again.
   * `probe`: the command only makes sure that nothing is there, or on its way; never kept.
   * `mark`: the command takes it where it is free, for a probe to find; taken, it is as good.
   */
  readonly role: "own" | "tombstone" | "probe" | "mark";
}
