/**
 * How several files become one configuration (spec jobs.md 1.1): jobs are concatenated, supplemental files may add to four keys
 * of the main file.
 */
import type { z } from 'zod';
import type { Periodic, Postsubmit, Preset, Presubmit } from '../domain/job-config.ts';
import { keyText, type Problem } from './problem.ts';
import type { DecodedJobFile } from './decode-file.ts';
import type { MainFile, SupplementalFile } from './schema/main.ts';

export type Job = Presubmit | Postsubmit | Periodic;

/** All jobs of all files, in load order. */
export interface MergedJobs {
  presets: Preset[];
  presubmits: Map<string, Presubmit[]>;
  postsubmits: Map<string, Postsubmit[]>;
  periodics: Periodic[];
  /** File of each job and preset. */
  sources: WeakMap<object, string>;
}

export function noJobs(): MergedJobs {
  return { presets: [], presubmits: new Map(), postsubmits: new Map(), periodics: [], sources: new WeakMap() };
}

function addByRepo<T extends Job>(
  into: Map<string, T[]>,
  repos: Readonly<Record<string, T[]>> | undefined,
  add: (job: T) => T,
): void {
  for (const [repo, jobs] of Object.entries(repos ?? {})) {
    const known = into.get(repo);
    const added = jobs.map(add);
    if (known) known.push(...added);
    else into.set(repo, added);
  }
}

/** Adds the jobs and presets of one file. */
export function addJobs(merged: MergedJobs, decoded: DecodedJobFile, file: string): void {
  const remember = <T extends object>(item: T): T => {
    merged.sources.set(item, file);
    return item;
  };
  for (const preset of decoded.presets ?? []) merged.presets.push(remember(preset));
  for (const periodic of decoded.periodics ?? []) merged.periodics.push(remember(periodic));
  addByRepo<Presubmit>(merged.presubmits, decoded.presubmits, remember);
  addByRepo<Postsubmit>(merged.postsubmits, decoded.postsubmits, remember);
}

/** A `label: value` pair may choose one preset only. */
export function presetPairProblems(merged: MergedJobs): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, Preset>();
  for (const preset of merged.presets) {
    for (const [label, value] of Object.entries(preset.labels ?? {})) {
      const pair = `${label}:${value}`;
      const other = seen.get(pair);
      if (!other) {
        seen.set(pair, preset);
        continue;
      }
      const file = merged.sources.get(preset);
      const otherFile = merged.sources.get(other);
      problems.push({
        ...(file !== undefined && { file }),
        key: 'presets',
        message: `the label ${label}: ${value} chooses another preset already, in ${otherFile ?? 'another file'}: give one of them another value`,
      });
    }
  }
  return problems;
}

type Main = z.infer<typeof MainFile>;
type Supplemental = z.infer<typeof SupplementalFile>;

/** Whether a decoded value says nothing: zero values count as absent, as Go's comparison does. */
function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every(isZero);
}

const allowedKeys = ['branch-protection', 'slack_reporter_configs', 'tide'];
const allowedTideKeys = ['merge_method', 'queries'];

function foreignKeys(supplemental: Supplemental): string[] {
  const keys = Object.entries(supplemental).filter(([key, value]) => !allowedKeys.includes(key) && !isZero(value));
  const tideKeys = Object.entries(supplemental.tide ?? {}).filter(
    ([key, value]) => !allowedTideKeys.includes(key) && !isZero(value),
  );
  return [...keys.map(([key]) => key), ...tideKeys.map(([key]) => `tide.${key}`)];
}

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Unites two trees; a leaf that both have is a problem. */
function unite(into: Json, from: Json, path: string[], clash: (path: string[]) => void): void {
  for (const [key, value] of Object.entries(from)) {
    const own = into[key];
    if (own === undefined) into[key] = value;
    else if (isRecord(own) && isRecord(value)) unite(own, value, [...path, key], clash);
    else clash([...path, key]);
  }
}

/** Adds a supplemental file to the main one, in place. */
export function addSupplemental(main: Main, supplemental: Supplemental, file: string): Problem[] {
  const problems: Problem[] = foreignKeys(supplemental).map((key) => ({
    file,
    key,
    message:
      'cannot be set in a supplemental file: only branch-protection, slack_reporter_configs, tide.merge_method and tide.queries can',
  }));
  const clash = (path: string[]) =>
    problems.push({ file, key: keyText(path), message: 'is set in another file already' });
  const policies = supplemental['branch-protection'];
  if (policies) {
    const own = structuredClone(main['branch-protection'] ?? {});
    unite(own, policies, ['branch-protection'], clash);
    main['branch-protection'] = own;
  }
  for (const [key, reporter] of Object.entries(supplemental.slack_reporter_configs ?? {})) {
    const own = { ...main.slack_reporter_configs };
    if (key in own) clash(['slack_reporter_configs', key]);
    else main.slack_reporter_configs = { ...own, [key]: reporter };
  }
  const { tide } = supplemental;
  if (tide?.queries) main.tide = { ...main.tide, queries: [...(main.tide?.queries ?? []), ...tide.queries] };
  if (tide?.merge_method) {
    const own = structuredClone(main.tide?.merge_method ?? {});
    unite(own, tide.merge_method, ['tide', 'merge_method'], clash);
    main.tide = { ...main.tide, merge_method: own };
  }
  return problems;
}
