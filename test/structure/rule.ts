/** A rule of the house, with the examples that prove that it fires, and that it fires at nothing else. */
import type { SourceFile } from "./source.ts";

export interface Rule {
  /** Reads as a sentence: the name of its tests. */
  readonly name: string;
  /** What is wrong in a file, each as `"line: what"`; empty when nothing is. */
  check(file: SourceFile): string[];
  /** Files made up, as path and text, that the rule must refuse. */
  readonly refuses: readonly Example[];
  /** Files made up that look alike and are right. */
  readonly accepts: readonly Example[];
}

export type Example = readonly [path: string, text: string];
