/**
 * Runs golden files: finds their kind, evaluates every case, and counts identical, declared and different ones.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Evaluation } from './decode.ts';
import { isRecord, type GoldenKind, type RunContext } from './kind.ts';
import { goldenKinds } from './registry.ts';
import { sameGolden } from './same.ts';

/** More declared differences than this share of a file would be a different product. */
export const maxDeclaredShare = 0.02;

export interface Difference {
  id: string;
  ours: unknown;
  golden: unknown;
  /** The declared rule whose value did not come out. */
  rule?: string;
}

export interface FileResult {
  /** Path below the folder that was run. */
  path: string;
  kind: string;
  cases: number;
  identical: number;
  declared: number;
  different: number;
  differences: Difference[];
  /** Why the file as a whole fails. */
  failure?: string;
  notYet?: string;
}

export interface RunOptions extends Omit<RunContext, 'path'> {
  /** Told of every value that we compute. */
  emit?: (line: { file: string; id: string; ours: unknown }) => void;
}

/** Paths of all golden files below a folder, in order. READMEs explain, they are not data. */
export function goldenFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.jsonl?$/.test(path))
    .toSorted();
}

export async function runFile(folder: string, path: string, options: RunOptions): Promise<FileResult> {
  const result: FileResult = {
    path,
    kind: 'unknown',
    cases: 0,
    identical: 0,
    declared: 0,
    different: 0,
    differences: [],
  };
  let content: unknown;
  try {
    content = parse(join(folder, path));
  } catch (error) {
    return { ...result, failure: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const kind = kindOf(join(basename(folder), path), content);
  if (!kind) return { ...result, failure: 'is of no known kind' };
  const cases = kind.cases(content);
  result.kind = kind.name;
  result.cases = cases.length;
  if (kind.notYet || !kind.evaluate) return { ...result, notYet: kind.notYet ?? 'not yet' };
  for (const [index, given] of cases.entries()) {
    const id = idOf(given, index);
    const evaluation = await evaluate(kind, given, { ...options, path: join(folder, path) });
    options.emit?.({ file: path, id, ours: evaluation.ours });
    await count(result, kind, given, id, evaluation);
  }
  const { declaredShare = maxDeclaredShare, declaredCases = 0 } = kind;
  if (result.declared > Math.max(result.cases * declaredShare, declaredCases)) {
    result.failure = `${result.declared} of ${result.cases} cases fall under declared differences, more than ${declaredShare * 100} %`;
  }
  return result;
}

/** Code that fails on a case has computed something else than the reference; the other cases are still looked at. */
async function evaluate(kind: GoldenKind<unknown>, given: unknown, context: RunContext): Promise<Evaluation> {
  try {
    return (await kind.evaluate?.(given, context)) ?? { ours: undefined, golden: undefined, equal: false };
  } catch (error) {
    const failed = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { ours: { failed }, golden: given, equal: false };
  }
}

async function count(
  result: FileResult,
  kind: GoldenKind<unknown>,
  given: unknown,
  id: string,
  { ours, golden, equal }: Evaluation,
): Promise<void> {
  if (equal) {
    result.identical += 1;
    return;
  }
  const rule = kind.declared?.find((declared) => declared.applies(given));
  if (rule && sameGolden(ours, await rule.expected(given))) {
    result.declared += 1;
    return;
  }
  result.different += 1;
  result.differences.push({ id, ours, golden, ...(rule && { rule: rule.name }) });
}

function parse(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.jsonl')) return JSON.parse(text);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
}

/** By name where name and shape agree, else by shape alone. */
function kindOf(path: string, content: unknown): GoldenKind<unknown> | undefined {
  const fits = (kind: GoldenKind<unknown>) => {
    const [first] = kind.cases(content);
    return first !== undefined && kind.shape(first);
  };
  return (
    goldenKinds.find((kind) => kind.file.test(path) && fits(kind)) ??
    goldenKinds.find((kind) => !kind.notYet && fits(kind))
  );
}

function idOf(given: unknown, index: number): string {
  const places = isRecord(given) ? [given, given['case'], given['input']] : [];
  for (const place of places) {
    if (!isRecord(place)) continue;
    const id = place['id'] ?? place['expr'] ?? place['text'] ?? place['case'];
    if (typeof id === 'string') return id;
  }
  const named = isRecord(given)
    ? (given['note'] ?? given['name'] ?? (isRecord(given['job']) ? given['job']['name'] : undefined))
    : undefined;
  return typeof named === 'string' ? `#${index + 1} ${named}` : `#${index + 1}`;
}
