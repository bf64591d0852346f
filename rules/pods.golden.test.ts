/**
 * ProwJob specs, labels, environment, URLs and storage paths against facts of real Prow, where the shared data is present.
 *
 * Each job is loaded with the part of the main configuration and the presets that its fact names.
 */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Periodic, Presubmit, Refs } from '../domain/job-config.ts';
import { labelsAndAnnotations } from '../domain/labels.ts';
import type { ProwJob, ProwJobSpec, ProwJobType } from '../domain/prowjob.ts';
import { runDirectory } from '../domain/storage-paths.ts';
import { loadFiles } from '../test/golden/decode.ts';
import { jobEnvironment, reservedEnvNames } from './job-environment.ts';
import { jobUrl, type UrlSettings } from './job-url.ts';
import {
  presubmitLabels,
  prowJobSpecForBatch,
  prowJobSpecForPeriodic,
  prowJobSpecForPostsubmit,
  prowJobSpecForPresubmit,
} from './prowjob.ts';

const folder = new URL('../../shared/golden/jobs/pods/', import.meta.url);
const present = existsSync(folder);

interface Fact {
  note?: string;
  main?: { plank?: UrlSettings };
  presets?: unknown[];
  kind: ProwJobType;
  repo?: string;
  job: Presubmit & Periodic;
  refs?: Refs;
  name: string;
  buildId: string;
  prowJob: ProwJob;
  pod: { spec: { containers: { name: string; env?: { name: string; value?: string }[] }[] } };
  url: string;
  storagePath: string;
}

function readFacts(): Fact[] {
  const context: { main: { plank: UrlSettings }; presets: unknown[] } = JSON.parse(
    readFileSync(new URL('context.json', folder), 'utf8'),
  );
  return ['real.jsonl', 'synthetic.jsonl'].flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Partial<Fact> => JSON.parse(line))
      .filter((fact): fact is Fact => fact.prowJob !== undefined)
      .map((fact) => (fact.main ? fact : { ...fact, ...context })),
  );
}
const facts = present ? readFacts() : [];
const titled = facts.map((fact): [string, Fact] => [`${fact.kind} ${fact.note ?? fact.job.name}`, fact]);

/** Absent and empty are the same in these facts, but for fields where false says something of its own. */
const tellingFalse = new Set(['report', 'skip_cloning', 'blobless_fetch', 'censor_secrets']);
function normalised(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value.map((item) => normalised(item)) : undefined;
  if (typeof value !== 'object' || value === null)
    return value === '' || value === 0 || (value === false && !tellingFalse.has(key))
      ? undefined
      : (value ?? undefined);
  const entries = Object.entries(value)
    .map(([name, item]): [string, unknown] => [name, normalised(item, name)])
    .filter(([, item]) => item !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

type Loaded =
  { kind: 'presubmit' | 'batch' | 'postsubmit'; job: Presubmit; refs: Refs } | { kind: 'periodic'; job: Periodic };

const sectionOf = { presubmit: 'presubmits', batch: 'presubmits', postsubmit: 'postsubmits' } as const;

/** The jobs as they are after loading, together, since they name one main configuration. */
async function load(together: readonly Fact[]): Promise<Map<Fact, Loaded>> {
  const file = { presets: together[0]?.presets ?? [], presubmits: {}, postsubmits: {}, periodics: [] };
  const places = together.map((fact) => ({ fact, index: addJob(file, fact) }));
  const config = await loadFiles({
    'config.yaml': JSON.stringify(together[0]?.main ?? {}),
    'jobs/jobs.yaml': JSON.stringify(file),
  });
  const found = new Map<Fact, Loaded>();
  for (const { fact, index } of places) {
    const { kind, repo = '', refs } = fact;
    const job = kind === 'periodic' ? config.periodics[index] : config[sectionOf[kind]].get(repo)?.[index];
    if (job && kind === 'periodic') found.set(fact, { kind, job });
    else if (job && refs) found.set(fact, { kind, job, refs });
  }
  return found;
}

interface JobFile {
  presubmits: Record<string, unknown[]>;
  postsubmits: Record<string, unknown[]>;
  periodics: unknown[];
}

/** Its place in the file; one job may be run as presubmit and as batch. */
function addJob(file: JobFile, { kind, repo = '', job }: Fact): number {
  const jobs = kind === 'periodic' ? file.periodics : (file[sectionOf[kind]][repo] ??= []);
  const text = JSON.stringify(job);
  const present = jobs.findIndex((other) => JSON.stringify(other) === text);
  return present >= 0 ? present : jobs.push(job) - 1;
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

function callerLabels({ kind, job }: Fact): Record<string, string> {
  const guid = '11111111-2222-3333-4444-555555555555';
  if (kind === 'presubmit') return presubmitLabels(job, guid);
  if (kind === 'postsubmit') return { 'event-GUID': guid };
  return kind === 'batch' ? { 'created-by-tide': 'true' } : {};
}

/** A built ProwJob with the build id that its pod got. */
function started({ prowJob, buildId }: Fact): ProwJob {
  return { ...prowJob, status: { ...prowJob.status, build_id: buildId } };
}

const describeFacts = present ? describe : describe.skip;
describeFacts('facts of real Prow (needs ../shared/golden/jobs/pods)', () => {
  const loadedJobs = new Map<Fact, Loaded>();
  beforeAll(async () => {
    const real = facts.filter(({ note }) => note === undefined);
    const synthetic = facts.filter(({ note }) => note !== undefined).map((fact) => [fact]);
    for (const together of [real, ...synthetic]) {
      for (const [fact, loaded] of await load(together)) loadedJobs.set(fact, loaded);
    }
  });

  test('are there', () => {
    expect(facts.length).toBeGreaterThan(0);
  });

  test.each(titled)('spec, labels and annotations of %s', (_title, fact) => {
    const loaded = loadedJobs.get(fact);
    if (!loaded) throw new Error(`${fact.job.name} is not there after loading`);
    const spec = specOf(loaded);
    const { labels = {}, annotations = {} } = loaded.job;

    const metadata = labelsAndAnnotations(spec, labels, annotations, callerLabels(fact));

    expect(normalised(spec)).toEqual(normalised(fact.prowJob.spec));
    expect(metadata).toEqual({ labels: fact.prowJob.metadata.labels, annotations: fact.prowJob.metadata.annotations });
  });

  test.each(titled)('URL of %s', (_title, fact) => {
    expect(jobUrl(started(fact), { plank: fact.main?.plank ?? {} })).toBe(fact.url);
  });

  test.each(titled)('storage path of %s', (_title, fact) => {
    const storage = fact.prowJob.spec.decoration_config?.gcs_configuration;

    expect(storage ? runDirectory(fact.prowJob.spec, storage, fact.buildId) : '').toBe(fact.storagePath);
  });

  test.each(titled)('environment of %s', (_title, fact) => {
    const { spec } = fact.prowJob;
    const expected = new Map<string, string>();
    for (const { name, value } of fact.pod.spec.containers[0]?.env ?? []) expected.set(name, value ?? '');
    const paths = spec.decoration_config
      ? { artifacts: '/logs/artifacts', ...(expected.has('GOPATH') && { gopath: '/home/prow/go' }) }
      : {};

    const { JOB_SPEC, ...variables } = jobEnvironment({ spec, name: fact.name, buildId: fact.buildId }, paths);

    for (const [name, value] of Object.entries(variables)) expect([name, expected.get(name)]).toEqual([name, value]);
    expect(reservedEnvNames(spec.type).filter((name) => !expected.has(name))).toEqual([]);
    expect(normalised(JSON.parse(JOB_SPEC ?? ''))).toEqual(normalised(JSON.parse(expected.get('JOB_SPEC') ?? '')));
  });
});
