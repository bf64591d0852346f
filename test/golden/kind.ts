/**
 * What the golden runner knows of one kind of file: how to recognise it, its cases, what our code computes for them, and the
 * differences that the specification asks for.
 */
import type { DeclaredRule } from './declared-rule.ts';
import type { Evaluation } from './decode.ts';

export interface RunContext {
  /** Folder with the real configuration (`config/prow`, `config/jobs`) that totals are computed from. */
  dataDir: string;
  /** The file that the case is from. */
  path: string;
}

export interface GoldenKind<Case = never> {
  name: string;
  /** Name of the file, below the folder it usually lies in. */
  file: RegExp;
  /** Whether a case looks like one of this kind: decides for files with other names, and against files that only bear the name. */
  shape(first: unknown): boolean;
  /** The cases of a parsed file; a `.jsonl` file comes as the list of its lines. */
  cases(content: unknown): Case[];
  /** Absent: the part of the system does not exist yet, and `notYet` says so. */
  evaluate?(given: Case, context: RunContext): Evaluation | Promise<Evaluation>;
  declared?: readonly DeclaredRule<Case>[];
  /** Share of a file that may fall under declared differences, where its cases gather at them. Default `maxDeclaredShare`. */
  declaredShare?: number;
  /** Cases that may fall under declared differences whatever their share: small files gather edges. Default 0. */
  declaredCases?: number;
  notYet?: string;
}

/** Keeps the type of a case inside the kind: the runner passes cases of a kind only to that kind. */
export function kind<Case>(definition: GoldenKind<Case>): GoldenKind<unknown> {
  return definition;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All of these keys are there. */
export function has(value: unknown, ...keys: string[]): boolean {
  return isRecord(value) && keys.every((key) => key in value);
}
