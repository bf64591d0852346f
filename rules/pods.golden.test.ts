/**
 * ProwJob specs, labels, environment, URLs and storage paths against facts of real Prow, where the shared data is present.
 *
 * What only the loader can know (decoration, presets, namespace) is taken from the fact; the rest must follow from the job.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Periodic, Presubmit, Refs } from '../domain/job-config.ts';
import { labelsAndAnnotations } from '../domain/labels.ts';
import type { ProwJob, ProwJobSpec, ProwJobType } from '../domain/prowjob.ts';
import { runDirectory } from '../domain/storage-paths.ts';
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
  kind: ProwJobType;
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
  const context: { main: { plank: UrlSettings } } = JSON.parse(readFileSync(new URL('context.json', folder), 'utf8'));
  return ['real.jsonl', 'synthetic.jsonl'].flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Partial<Fact> => JSON.parse(line))
      .filter((fact): fact is Fact => fact.prowJob !== undefined)
      .map((fact) => ({ ...fact, main: fact.main ?? context.main })),
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

/** The job as it is after loading. */
function loadedJob({ job, prowJob: { spec } }: Fact): Presubmit & Periodic {
  const { decoration_config, pod_spec, agent, cluster, namespace, prowjob_defaults } = spec;
  const { decoration_config: _written, ...rest } = job;
  return {
    ...rest,
    ...(decoration_config && { decoration_config }),
    ...(pod_spec && { spec: pod_spec }),
    ...(agent && { agent }),
    ...(cluster && { cluster }),
    ...(namespace && { namespace }),
    ...(prowjob_defaults && { prowjob_defaults }),
    context: job.context ?? job.name,
    rerun_command: job.rerun_command ?? `/test ${job.name}`,
  };
}

function specOf(fact: Fact): ProwJobSpec {
  const job = loadedJob(fact);
  if (!fact.refs) return prowJobSpecForPeriodic(job);
  if (fact.kind === 'postsubmit') return prowJobSpecForPostsubmit(job, fact.refs);
  return fact.kind === 'batch' ? prowJobSpecForBatch(job, fact.refs) : prowJobSpecForPresubmit(job, fact.refs);
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
  test('are there', () => {
    expect(facts.length).toBeGreaterThan(0);
  });

  test.each(titled)('spec of %s', (_title, fact) => {
    expect(normalised(specOf(fact))).toEqual(normalised(fact.prowJob.spec));
  });

  test.each(titled)('labels of %s', (_title, fact) => {
    const { labels, annotations } = fact.prowJob.metadata;

    expect(
      labelsAndAnnotations(specOf(fact), fact.job.labels ?? {}, fact.job.annotations ?? {}, callerLabels(fact)),
    ).toEqual({ labels, annotations });
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
