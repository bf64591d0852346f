/**
 * Evaluates `totals.json` (golden data, jobs/README.md): counts and checksums over a loaded configuration.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import type { Problem } from '../../config/problem.ts';
import { findWarnings, warnings } from '../../config/warnings/index.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { JobBase, Periodic, Postsubmit, Presubmit } from '../../domain/job-config.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { Evaluation } from './decode.ts';

type Kind = 'presubmit' | 'postsubmit' | 'periodic';
interface Entry {
  kind: Kind;
  repo: string;
  index: number;
  job: Presubmit | Postsubmit | Periodic;
}

function entriesOf(config: LoadedConfig): Entry[] {
  const ofRepos = (kind: Kind, repos: LoadedConfig['presubmits'] | LoadedConfig['postsubmits']): Entry[] =>
    [...repos].flatMap(([repo, jobs]) => jobs.map((job, index) => ({ kind, repo, index, job })));
  return [
    ...ofRepos('presubmit', config.presubmits),
    ...ofRepos('postsubmit', config.postsubmits),
    ...config.periodics.map((job, index): Entry => ({ kind: 'periodic', repo: '', index, job })),
  ];
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function md5OfSorted(lines: string[]): string {
  return createHash('md5').update(lines.toSorted(byCodePoint).join('\n')).digest('hex');
}

function count(into: Record<string, number>, key: string, by = 1): void {
  into[key] = (into[key] ?? 0) + by;
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

const countedFields = [
  'annotations',
  'branches',
  'cron',
  'decoration_config',
  'extra_refs',
  'interval',
  'job_queue_name',
  'labels',
  'max_concurrency',
  'minimum_interval',
  'optional',
  'path_alias',
  'reporter_config',
  'rerun_auth_config',
  'run_if_changed',
  'skip_branches',
  'skip_if_only_changed',
  'skip_report',
  'skip_submodules',
  'tags',
];

function countPresubmit(job: Presubmit, counts: Record<string, number>): void {
  const isConditional = isSet(job.run_if_changed) || isSet(job.skip_if_only_changed);
  const manual = isConditional ? 'conditional' : 'manual';
  count(counts, `presubmit.class.${job.always_run ? 'always' : manual}`);
  if (!job.optional && !job.skip_report) count(counts, 'presubmit.required');
}

function countFields(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, job } of entries) {
    const containers = job.spec?.containers ?? [];
    count(counts, `containers.${containers.length}`);
    count(counts, 'env.total', sum(containers.map(({ env }) => env?.length ?? 0)));
    count(counts, 'volumeMounts.total', sum(containers.map(({ volumeMounts }) => volumeMounts?.length ?? 0)));
    count(counts, 'volumes.total', job.spec?.volumes?.length ?? 0);
    count(counts, 'tolerations.total', job.spec?.tolerations?.length ?? 0);
    if (job.name.length > 63) count(counts, 'nameLongerThan63');
    for (const [field, value] of Object.entries(job)) {
      if (countedFields.includes(field) && isSet(value)) count(counts, `${kind}.${field}`);
    }
    if (kind === 'presubmit') countPresubmit(job, counts);
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function nanoseconds(text: string | undefined): string {
  return text ? parseDuration(text).toString() : '';
}

function scheduleLine({ name, cron, interval, minimum_interval }: Periodic): string {
  return `${name} ${cron ?? ''}|${nanoseconds(interval)}|${nanoseconds(minimum_interval)}`;
}

function envNames(job: JobBase): string {
  return (job.spec?.containers ?? []).flatMap(({ env }) => (env ?? []).map(({ name }) => name)).join(',');
}

function perRepo(repos: LoadedConfig['presubmits'] | LoadedConfig['postsubmits']): Record<string, number> {
  return Object.fromEntries(
    [...repos].filter(([, jobs]) => jobs.length > 0).map(([repo, jobs]) => [repo, jobs.length]),
  );
}

/** The figures of a loaded configuration, in the shape of `totals.json` without `checkconfig`. */
export function totalsOf(config: LoadedConfig): Record<string, unknown> {
  const entries = entriesOf(config);
  const ofKind = (kind: Kind) => entries.filter((entry) => entry.kind === kind);
  const names = (kind: Kind) => md5OfSorted(ofKind(kind).map(({ job }) => job.name));
  const repoNames = (kind: Kind) => md5OfSorted(ofKind(kind).map(({ repo, job }) => `${repo} ${job.name}`));
  const clusters: Record<string, number> = {};
  for (const { job } of entries) count(clusters, job.cluster ?? '');
  const presubmits = perRepo(config.presubmits);
  const postsubmits = perRepo(config.postsubmits);
  return {
    jobs: {
      presubmit: ofKind('presubmit').length,
      postsubmit: ofKind('postsubmit').length,
      periodic: ofKind('periodic').length,
      total: entries.length,
    },
    repos: { presubmit: Object.keys(presubmits).length, postsubmit: Object.keys(postsubmits).length },
    files: new Set(entries.map(({ job }) => config.sourceOf(job))).size,
    distinctNames: new Set(entries.map(({ job }) => job.name)).size,
    clusters,
    fieldsAfterDefaulting: countFields(entries),
    perRepoPresubmits: presubmits,
    perRepoPostsubmits: postsubmits,
    md5OfSortedNames: { presubmit: names('presubmit'), postsubmit: names('postsubmit'), periodic: names('periodic') },
    md5OfSortedRepoSlashName: { presubmit: repoNames('presubmit'), postsubmit: repoNames('postsubmit') },
    md5OfSortedPeriodicSchedules: md5OfSorted(config.periodics.map(scheduleLine)),
    md5OfSortedEffectiveEnv: md5OfSorted(
      entries.map(({ kind, repo, index, job }) => `${kind} ${repo} ${index} ${envNames(job)}`),
    ),
  };
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => byCodePoint(a, b))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** Annotation that the golden run of `required-job-annotations` requires. */
const requiredAnnotations = ['testgrid-dashboards'];

/**
 * Findings of each warning that concerns jobs, each looked for alone. Prow tells unknown fields in one sentence, so they count
 * as one finding.
 */
function checkconfigOf(config: LoadedConfig, unknownKeys: Problem[], mainFile: string): Record<string, unknown> {
  const context = { config, unknownKeys, isMainFile: (file: string) => file === mainFile, requiredAnnotations };
  return Object.fromEntries(
    warnings.map((warning) => {
      const found = findWarnings([warning], context).length;
      const findings = warning.name.startsWith('unknown-fields') ? Math.min(found, 1) : found;
      return [warning.name, { exit: 0, findings }];
    }),
  );
}

/**
 * Our totals beside those of a golden file. `dataDir` holds the configuration that they were computed from, in `config`.
 * Warnings of Prow's checkconfig that are about plugins and Tide are left out.
 */
export async function evaluateTotalsContent(content: Record<string, unknown>, dataDir: string): Promise<Evaluation> {
  const configPath = join(dataDir, 'config/prow/config.yaml');
  const unknownKeys: Problem[] = [];
  const config = await loadConfig(
    { configPath, jobConfigPaths: [join(dataDir, 'config/jobs')] },
    { unknownKey: (problem) => unknownKeys.push(problem) },
  );
  const ours = { ...totalsOf(config), checkconfig: checkconfigOf(config, unknownKeys, configPath) };
  const golden = { ...content, checkconfig: pick(content['checkconfig'], Object.keys(ours.checkconfig)) };
  return { ours, golden, equal: JSON.stringify(sorted(ours)) === JSON.stringify(sorted(golden)) };
}

function pick(from: unknown, keys: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(from ?? {}).filter(([key]) => keys.includes(key));
  return Object.fromEntries(entries);
}

/** The same for `golden/jobs/totals.json` and `data/test-infra` below one folder. */
export async function evaluateTotals(folder: string): Promise<Evaluation> {
  const parsed: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'golden/jobs/totals.json'), 'utf8'));
  return await evaluateTotalsContent(parsed, join(folder, 'data/test-infra'));
}
