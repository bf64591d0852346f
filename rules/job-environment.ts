/**
 * The environment variables that every run gets from its ProwJob (spec jobs.md 5.8). They come after the job's own, which
 * may not use the reserved names.
 *
 * Paths depend on where the run happens: whoever runs it says what `ARTIFACTS` and `GOPATH` are.
 */
import type { Refs } from '../domain/job-config.ts';
import type { ProwJobSpec, ProwJobType } from '../domain/prowjob.ts';
import { refsText } from './refs-text.ts';

export interface RunIdentity {
  spec: ProwJobSpec;
  /** Name of the ProwJob. */
  name: string;
  buildId: string;
}

export interface EnvironmentPaths {
  /** Folder whose content is kept. */
  artifacts?: string;
  gopath?: string;
}

const always = ['CI', 'JOB_NAME', 'JOB_SPEC', 'JOB_TYPE', 'PROW_JOB_ID', 'BUILD_ID', 'BUILD_NUMBER'];
const withRefs = ['REPO_OWNER', 'REPO_NAME', 'SRC_BASE', 'SRC_HOST', 'PULL_BASE_REF', 'PULL_BASE_SHA', 'PULL_REFS'];
const withPull = ['PULL_NUMBER', 'PULL_PULL_SHA', 'PULL_HEAD_REF', 'PULL_TITLE'];

/** Names that a job of this type may not set. `ARTIFACTS` and `GOPATH` are not among them. */
export function reservedEnvNames(type: ProwJobType): readonly string[] {
  if (type === 'periodic') return always;
  return type === 'presubmit' ? [...always, ...withRefs, ...withPull] : [...always, ...withRefs];
}

/** The variables in order of their names. Empty ones are there, too. */
export function jobEnvironment(run: RunIdentity, paths: EnvironmentPaths = {}): Record<string, string> {
  const { spec, name, buildId } = run;
  const variables: Record<string, string> = {
    CI: 'true',
    JOB_NAME: spec.job,
    JOB_TYPE: spec.type,
    JOB_SPEC: jobSpecJson(run),
    PROW_JOB_ID: name,
    BUILD_ID: buildId,
    ...(spec.agent === 'kubernetes' && { BUILD_NUMBER: buildId }),
    ...(spec.type !== 'periodic' && refsVariables(spec)),
    ...(paths.artifacts !== undefined && { ARTIFACTS: paths.artifacts }),
    ...(paths.gopath !== undefined && { GOPATH: paths.gopath }),
  };
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What `JOB_SPEC` holds: the run as programs in it may want to read it. */
export function jobSpecJson({ spec, name, buildId }: RunIdentity): string {
  const { type, job, refs, extra_refs, decoration_config } = spec;
  return JSON.stringify({
    type,
    job,
    ...(buildId && { buildid: buildId }),
    ...(name && { prowjobid: name }),
    ...(refs && { refs }),
    ...(extra_refs?.length && { extra_refs }),
    ...(decoration_config && { decoration_config }),
  });
}

function refsVariables({ type, job, refs }: ProwJobSpec): Record<string, string> {
  if (!refs) throw new Error(`${type} ${job} has no refs`);
  const source = sourceOf(refs);
  return {
    REPO_OWNER: refs.org,
    REPO_NAME: refs.repo,
    SRC_HOST: source.host,
    SRC_BASE: source.base,
    PULL_BASE_REF: refs.base_ref ?? '',
    PULL_BASE_SHA: refs.base_sha ?? '',
    PULL_REFS: refsText(refs),
    ...(type === 'presubmit' && pullVariables(job, refs)),
  };
}

function pullVariables(job: string, { pulls }: Refs): Record<string, string> {
  const pull = pulls?.[0];
  if (!pull) throw new Error(`presubmit ${job} has no pull request`);
  return {
    PULL_NUMBER: String(pull.number),
    PULL_PULL_SHA: pull.sha,
    PULL_HEAD_REF: pull.head_ref ?? '',
    PULL_TITLE: pull.title ?? '',
  };
}

/** Host and path of the sources; an alias or link without a slash names the host alone. */
function sourceOf({ org, repo, path_alias, repo_link }: Refs): { host: string; base: string } {
  const base = `${org}/${repo}`;
  const place = path_alias || repo_link?.split('://').at(-1);
  if (!place) return { host: 'github.com', base };
  const slash = place.indexOf('/');
  return slash < 0 ? { host: place, base } : { host: place.slice(0, slash), base: place.slice(slash + 1) };
}
