/**
 * What `startJob` starts: a configured job found by name, or what ran before (spec jobs.md 4.7; architecture.md 3.1).
 */
import type { Periodic, Postsubmit, Presubmit, Refs } from '../domain/job-config.ts';
import { successfully } from '../domain/jobs/prowjob-life.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { prowJobTypes, type ProwJob, type ProwJobSpec, type ProwJobType } from '../domain/prowjob.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import { objectKeys } from '../domain/prowjob-objects/object.ts';
import type { StartJobRequest } from '../domain/start-job.ts';
import { storageProblem } from '../domain/storage-problem.ts';
import { branchMatches } from './branches.ts';
import { inputForProwJob, metadataOf, type InputSettings, type ProwJobParts } from './prowjob-input.ts';
import { reservedEnvNames } from './job-environment.ts';
import {
  prowJobSpecForBatch,
  prowJobSpecForPeriodic,
  prowJobSpecForPostsubmit,
  prowJobSpecForPresubmit,
} from './prowjob.ts';

/** A request that cannot be met, in words; `type` is a failure type of `domain/errors.ts`. */
export class JobResolutionError extends Error {
  readonly type: 'JobNotFound' | 'ConfigInvalid' | 'SpecInvalid' | 'MessageInvalid';
  constructor(type: JobResolutionError['type'], message: string) {
    super(message);
    this.name = 'JobResolutionError';
    this.type = type;
  }
}

export interface ResolveContext {
  config: LoadedConfig;
  settings: InputSettings;
  /** The ProwJob that `request.rerun` names. */
  previous: ProwJob | undefined;
}

export function resolveJob(request: StartJobRequest, context: ResolveContext): ProwJobInput {
  const parts = partsOf(request, context);
  const spec = request.env ? withEnv(parts.spec, request.env) : parts.spec;
  const { settings, config } = context;
  const input = inputForProwJob(
    {
      ...parts,
      spec,
      labels: { ...parts.labels, ...request.labels },
      annotations: { ...parts.annotations, ...request.annotations },
    },
    config,
    settings,
  );
  const problem = storageProblem(spec, input.storage);
  if (problem) throw new JobResolutionError('SpecInvalid', `${spec.job} has no folder for its results: ${problem}`);
  return input;
}

function partsOf(request: StartJobRequest, context: ResolveContext): ProwJobParts {
  if (request.rerun) return rerunParts(request, context);
  return request.given ? givenParts(request.given) : configuredParts(request, context.config);
}

/** Complete as it is: a ProwJob is a snapshot. Its values were decoded by whoever took it from outside. */
function givenParts({ spec }: { spec: ProwJobSpec }): ProwJobParts {
  if (!spec?.job || !prowJobTypes.includes(spec.type)) {
    throw new JobResolutionError(
      'MessageInvalid',
      `given: the spec needs a job and a type (${prowJobTypes.join(', ')}).`,
    );
  }
  return { spec };
}

/** Labels that belong to the event and not to the job, kept on a rerun with the newest configuration (deck.md 1.7). */
const carriedLabels = [
  'event-GUID',
  'created-by-tide',
  'prow.k8s.io/gerrit-revision',
  'prow.k8s.io/gerrit-patchset',
  'prow.k8s.io/gerrit-report-label',
];
const carriedAnnotations = ['prow.k8s.io/gerrit-id', 'prow.k8s.io/gerrit-instance'];
/** Labels and annotations of one particular run: a rerun gets its own. */
const runLabels = new Set(['prow.k8s.io/id', 'prow.k8s.io/build-id']);
const runAnnotations = new Set<string>([objectKeys.object, objectKeys.uid]);

function rerunParts(request: StartJobRequest, { config, previous }: ResolveContext): ProwJobParts {
  if (!previous) throw new JobResolutionError('JobNotFound', 'The ProwJob to run again is not known.');
  const { metadata, spec } = previous;
  const description = successfully(request.by, 'reran', metadata.name);
  if (request.rerun?.mode !== 'latest') {
    const labels = Object.fromEntries(Object.entries(metadata.labels).filter(([key]) => !runLabels.has(key)));
    const annotations = Object.fromEntries(
      Object.entries(metadata.annotations).filter(([key]) => !runAnnotations.has(key)),
    );
    return { spec, labels, annotations, description };
  }
  const latest = configuredParts({ job: spec.job, type: spec.type, ...(spec.refs && { refs: spec.refs }) }, config);
  return {
    ...latest,
    labels: { ...latest.labels, ...pick(metadata.labels, carriedLabels) },
    annotations: { ...latest.annotations, ...pick(metadata.annotations, carriedAnnotations) },
    description,
  };
}

function pick(from: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
}

type Candidate =
  | { type: 'periodic'; job: Periodic }
  | { type: 'postsubmit'; job: Postsubmit; repo: string }
  | { type: 'presubmit' | 'batch'; job: Presubmit; repo: string };

function configuredParts(request: StartJobRequest, config: LoadedConfig): ProwJobParts {
  const { job: name, refs } = request;
  if (!name) throw new JobResolutionError('MessageInvalid', 'Name the job to start: { "job": "<name>" }.');
  const named = candidates(name, request.type, config);
  if (named.length === 0) {
    const kind = request.type ? `${request.type} job` : 'job';
    throw new JobResolutionError('JobNotFound', `No ${kind} named ${name} is configured.`);
  }
  const fitting = named.filter((candidate) => fitsRefs(candidate, refs));
  const [first, second] = fitting;
  if (!first) throw new JobResolutionError('ConfigInvalid', whyNone(name, named, refs));
  if (second) {
    const found = [
      ...new Set(fitting.map((each) => (each.type === 'periodic' ? each.type : `${each.type} of ${each.repo}`))),
    ];
    const hint = first.type === second.type ? 'refs' : 'a type';
    throw new JobResolutionError(
      'ConfigInvalid',
      `${name} names several jobs (${found.join(', ')}): give ${hint} as well.`,
    );
  }
  return { spec: specFor(first, refs), ...metadataOf(first.job) };
}

function candidates(name: string, type: ProwJobType | undefined, config: LoadedConfig): Candidate[] {
  const found: Candidate[] = [];
  if (!type || type === 'periodic') {
    for (const job of config.periodics) if (job.name === name) found.push({ type: 'periodic', job });
  }
  if (!type || type === 'presubmit' || type === 'batch') {
    for (const [repo, jobs] of config.presubmits) {
      for (const job of jobs)
        if (job.name === name) found.push({ type: type === 'batch' ? 'batch' : 'presubmit', job, repo });
    }
  }
  if (!type || type === 'postsubmit') {
    for (const [repo, jobs] of config.postsubmits) {
      for (const job of jobs) if (job.name === name) found.push({ type: 'postsubmit', job, repo });
    }
  }
  return found;
}

function fitsRefs(candidate: Candidate, refs: Refs | undefined): boolean {
  if (candidate.type === 'periodic') return !refs;
  if (!refs?.base_ref || `${refs.org}/${refs.repo}` !== candidate.repo) return false;
  return branchMatches(candidate.job, refs.base_ref);
}

function whyNone(name: string, named: Candidate[], refs: Refs | undefined): string {
  const kinds = [...new Set(named.map(({ type }) => type))].join(' and ');
  if (!refs)
    return `${name} is a ${kinds} job: give refs with org, repo and base_ref (and pulls), so that it knows what to test.`;
  if (kinds === 'periodic') return `${name} is a periodic job and takes no refs.`;
  return `${name} does not run for ${refs.org}/${refs.repo} on branch ${refs.base_ref ?? '(none given)'}.`;
}

function specFor(candidate: Candidate, refs: Refs | undefined): ProwJobSpec {
  if (candidate.type === 'periodic') return prowJobSpecForPeriodic(candidate.job);
  if (!refs) throw new JobResolutionError('MessageInvalid', `${candidate.job.name} needs refs.`);
  if (candidate.type === 'postsubmit') return prowJobSpecForPostsubmit(candidate.job, refs);
  if (!refs.pulls?.length) {
    throw new JobResolutionError(
      'MessageInvalid',
      `${candidate.job.name} is a ${candidate.type} job: refs need pulls.`,
    );
  }
  return candidate.type === 'batch'
    ? prowJobSpecForBatch(candidate.job, refs)
    : prowJobSpecForPresubmit(candidate.job, refs);
}

/** Adds variables to the first container; what the job sets itself is overridden. */
function withEnv(spec: ProwJobSpec, env: Record<string, string>): ProwJobSpec {
  const [first, ...rest] = spec.pod_spec?.containers ?? [];
  if (!first) throw new JobResolutionError('SpecInvalid', `${spec.job} has no container that could take variables.`);
  const reserved = new Set(reservedEnvNames(spec.type));
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || typeof value !== 'string') {
      throw new JobResolutionError(
        'MessageInvalid',
        `env: ${JSON.stringify(name)} is not a variable name with a text value.`,
      );
    }
    if (reserved.has(name)) throw new JobResolutionError('MessageInvalid', `env: ${name} is set by the system.`);
  }
  const kept = (first.env ?? []).filter(({ name }) => !(name in env));
  const added = Object.entries(env).map(([name, value]) => ({ name, value }));
  return { ...spec, pod_spec: { ...spec.pod_spec, containers: [{ ...first, env: [...kept, ...added] }, ...rest] } };
}
