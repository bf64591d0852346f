/** What every benchmark is: a name to call it by, and a function that measures and answers with rows. */
import type { Row } from './table.ts';
import type { Scope } from './scope.ts';

export interface BenchOptions {
  /** The Temporal CLI. */
  temporalCli: string;
  /** Folder of the real configuration that `load` and `first-start` use: `prow/config.yaml` and `jobs/` in it. */
  config: string;
  /** How long `memory` watches the idle system (seconds). */
  idleSeconds: number;
  /** ProwJobs of `burst`. */
  burst: number;
  /** Small loads, to see on a busy machine that everything works; the figures mean little. */
  quick: boolean;
  /** Progress, for the person who waits. */
  say: (line: string) => void;
}

export interface BenchResult {
  rows: Row[];
  /** A measurement over time, for the JSON file: one object per point. */
  curve?: Record<string, number>[];
}

export interface Benchmark {
  name: string;
  title: string;
  run(options: BenchOptions, scope: Scope): Promise<BenchResult>;
}

/** The benchmark cannot run here; the reason is printed in its place. */
export class SkippedError extends Error {}
