/**
 * Evaluates a case of `pods/*.jsonl` (golden data, jobs/README.md): loads the job with its main configuration and presets, and
 * makes ProwJob, pod, URL and storage path of it, by the same functions that run jobs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../config/problem.ts';
import type { Periodic, Postsubmit, Presubmit, Refs } from '../../domain/job-config.ts';
import { triggeredProwJob } from '../../domain/jobs/prowjob-life.ts';
import { labelKeys } from '../../domain/labels.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { ProwJob, ProwJobSpec, ProwJobType } from '../../domain/prowjob.ts';
import { runDirectory } from '../../domain/storage-paths.ts';
import { jobUrl } from '../../rules/job-url.ts';
import { podFromProwJob } from '../../rules/pod/pod-from-prowjob.ts';
import {
  presubmitLabels,
  prowJobSpecForBatch,
  prowJobSpecForPeriodic,
  prowJobSpecForPostsubmit,
  prowJobSpecForPresubmit,
} from '../../rules/prowjob.ts';
import { inputForProwJob, metadataOf } from '../../rules/prowjob-input.ts';
import { loadFiles, type Evaluation } from './decode.ts';
import { has, isRecord, type RunContext } from './kind.ts';
import { sameGolden } from './same.ts';

export interface PodsContext {
  main: unknown;
  presets?: unknown[];
}

/** Without `main`: the main configuration and the presets are those of `context.json` beside the file. */
export interface PodsCase extends Partial<PodsContext> {
  note?: string;
  kind: ProwJobType;
  repo?: string;
  /** As written. */
  job: { name: string; [field: string]: unknown };
  refs?: Refs;
  name: string;
  buildId: string;
  startTime: string;
  prowJob?: unknown;
  pod?: unknown;
  url?: string;
  storagePath?: string;
  expectLoadError?: boolean;
}

export const refusedAtLoad = { expectLoadError: true };

export function isPodsCase(first: unknown): boolean {
  return has(first, 'kind', 'job', 'buildId') && (has(first, 'prowJob', 'pod') || has(first, 'expectLoadError'));
}

export function isPodsContext(content: unknown): content is PodsContext {
  return has(content, 'main', 'presets');
}

export async function evaluatePodsCase(given: PodsCase, { path }: RunContext): Promise<Evaluation> {
  const { prowJob, pod, url = '', storagePath = '' } = given;
  const golden = given.expectLoadError ? refusedAtLoad : { prowJob, pod, url, storagePath };
  let config: LoadedConfig;
  try {
    config = await load(given, given.main === undefined ? contextBeside(path) : { main: {}, ...given });
  } catch (failure) {
    if (!(failure instanceof ConfigError)) throw failure;
    return { ...compared(refusedAtLoad, golden), rejection: failure.message };
  }
  return compared(whatRuns(given, config), golden);
}

/** Whether the context of real jobs loads by itself. */
export async function evaluatePodsContext({ main, presets = [] }: PodsContext): Promise<Evaluation> {
  await loadFiles({ 'config.yaml': JSON.stringify(main), 'jobs/presets.yaml': JSON.stringify({ presets }) });
  return { ours: { loads: true }, golden: { loads: true }, equal: true };
}

function contextBeside(path: string): PodsContext {
  const context = join(dirname(path), 'context.json');
  if (!existsSync(context)) throw new Error(`a case has no main configuration, and ${context} does not exist`);
  return JSON.parse(readFileSync(context, 'utf8'));
}

async function load({ kind, repo = '', job }: PodsCase, { main, presets = [] }: PodsContext): Promise<LoadedConfig> {
  const jobs = kind === 'periodic' ? { periodics: [job] } : { [sectionOf[kind]]: { [repo]: [job] } };
  return await loadFiles({
    'config.yaml': JSON.stringify(main),
    'jobs/jobs.yaml': JSON.stringify({ presets, ...jobs }),
  });
}

const sectionOf = { presubmit: 'presubmits', batch: 'presubmits', postsubmit: 'postsubmits' } as const;

type Loaded =
  | { kind: 'presubmit' | 'batch'; job: Presubmit; refs: Refs }
  | { kind: 'postsubmit'; job: Postsubmit; refs: Refs }
  | { kind: 'periodic'; job: Periodic };

function onlyJob({ kind, repo = '', refs }: PodsCase, config: LoadedConfig): Loaded {
  if (kind === 'periodic') {
    const [job] = config.periodics;
    if (job) return { kind, job };
  } else if (refs && kind === 'postsubmit') {
    const [job] = config.postsubmits.get(repo) ?? [];
    if (job) return { kind, job, refs };
  } else if (refs && kind !== 'postsubmit') {
    const [job] = config.presubmits.get(repo) ?? [];
    if (job) return { kind, job, refs };
  }
  throw new Error('the job is not there after loading, or has no refs');
}

function whatRuns(given: PodsCase, config: LoadedConfig): Record<string, unknown> {
  const { name, buildId, startTime } = given;
  const loaded = onlyJob(given, config);
  const input = inputForProwJob(
    { spec: specOf(loaded), ...metadataOf(loaded.job), callerLabels: callerLabels(loaded) },
    config,
    { executor: 'kubernetes' },
  );
  const prowJob = triggeredProwJob(input, { name, buildId, now: new Date(startTime) });
  const { apiVersion: _version, kind: _kind, ...pod } = podFromProwJob(prowJob, { buildId });
  const storage = prowJob.spec.decoration_config?.gcs_configuration;
  return {
    prowJob: asCreated(prowJob),
    pod,
    url: jobUrl(prowJob, config.main),
    storagePath: storage ? runDirectory(prowJob.spec, storage, buildId) : '',
  };
}

/** As the data has it: before it got a build id and a place in a cluster. */
function asCreated({ metadata, status, ...rest }: ProwJob): unknown {
  const { namespace: _namespace, creationTimestamp: _time, ...kept } = metadata;
  const { build_id: _buildId, ...before } = status;
  return { ...rest, metadata: kept, status: before };
}

function specOf(loaded: Loaded): ProwJobSpec {
  switch (loaded.kind) {
    case 'periodic':
      return prowJobSpecForPeriodic(loaded.job);
    case 'postsubmit':
      return prowJobSpecForPostsubmit(loaded.job, loaded.refs);
    case 'batch':
      return prowJobSpecForBatch(loaded.job, loaded.refs);
    default:
      return prowJobSpecForPresubmit(loaded.job, loaded.refs);
  }
}

const eventGuid = '11111111-2222-3333-4444-555555555555';

function callerLabels(loaded: Loaded): Record<string, string> {
  if (loaded.kind === 'presubmit') return presubmitLabels(loaded.job, eventGuid);
  if (loaded.kind === 'postsubmit') return { [labelKeys.eventGuid]: eventGuid };
  return loaded.kind === 'batch' ? { [labelKeys.createdByTide]: 'true' } : {};
}

function compared(ours: unknown, golden: unknown): Evaluation {
  return { ours, golden, equal: sameGolden(comparable(ours), comparable(golden)) };
}

/** Variables that hold JSON. */
const jsonVariables = /^(JOB_SPEC|(ENTRYPOINT|CLONEREFS|SIDECAR|INITUPLOAD)_OPTIONS)$/;
/** Maps in which an empty text is not the same as none. */
const textMaps = new Set(['labels', 'annotations']);
/** Objects that say something by being there, even empty. */
const tellingObjects = new Set(['emptyDir', 'securityContext', 'censoring_options']);

/** The value in a form in which everything that tells something differs from nothing, and JSON in texts is data. */
function comparable(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (!isRecord(value)) return value;
  if (textMaps.has(field)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, text]) => [key, typeof text === 'string' ? `=${text}` : text]),
    );
  }
  const { name, value: text } = value;
  const isJson = typeof name === 'string' && jsonVariables.test(name) && typeof text === 'string';
  const parts = Object.entries(isJson ? { name, value: JSON.parse(text) as unknown } : value);
  const result = Object.fromEntries(parts.map(([key, part]) => [key, comparable(part, key)]));
  return tellingObjects.has(field) ? { ...result, '(present)': true } : result;
}
