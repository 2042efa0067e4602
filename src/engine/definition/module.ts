/** A module: all that one part of the house can be asked for. The service is the list of its modules. */
import type { EventKind } from "../event.ts";
import type { Afterwards, Job } from "./background.ts";
import type { AnyExport } from "./export.ts";
import type { Follower } from "./follower.ts";
import type { GaugeSource } from "./gauge.ts";
import type { Invariant } from "./invariant.ts";
import type { AnyOperation, OwnOperation } from "./operation.ts";
import type { AnyRead } from "./read.ts";
import type { AnyUpload } from "./upload.ts";

export interface Module {
  readonly name: string;
  /** Under which the document shows its operations and reads. */
  readonly tags?: readonly Tag[];
  /** In the order of the document. */
  readonly operations: readonly AnyOperation[];
  /** What the ledger does by itself: it stands in the journal, and nobody can ask for it. */
  readonly ownOperations?: readonly OwnOperation<unknown>[];
  readonly reads: readonly AnyRead[];
  /** Operations about files. */
  readonly uploads?: readonly AnyUpload[];
  /** In the order of the document. */
  readonly exports?: readonly AnyExport[];
  /** What it does after operations: its own, and those of the modules below it. */
  readonly afterwards?: readonly Afterwards[];
  /** What it does by the clock. */
  readonly jobs?: readonly Job[];
  /** What it shows to whoever watches the service. */
  readonly gauges?: readonly GaugeSource[];
  /** What it keeps that follows from the journal. */
  readonly followers?: readonly Follower[];
  /** What it tells others. */
  readonly events?: readonly EventKind[];
  /** What it adds to the proof. */
  readonly invariants?: readonly Invariant[];
}

/** A heading of the document. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}
