/**
 * How a ProwJob's workflow is started: its search attributes, memo and summary, all derived from the complete input, so that
 * schedules, `startJob` and retries label their runs alike (spec: architecture.md 3.1, temporal.md 9).
 */
import type { Pull, Refs } from './job-config.ts';
import { mainRefs, type ProwJobSpec, type ProwJobState } from './prowjob.ts';
import type { ProwJobInput } from './prowjob-input.ts';
import type { ProwJobMemo } from './prowjob-memo.ts';
import { bucketDirectory } from './storage-keys.ts';

/** Values of the search attributes; absent ones are left unset. */
export interface ProwJobAttributes {
  ProwJob: string;
  ProwType: string;
  ProwState: ProwJobState;
  ProwRepo?: string;
  ProwBaseRef?: string;
  ProwCluster?: string;
  ProwConfigHash: string;
  ProwPulls?: string[];
}

export function startAttributes(input: ProwJobInput): ProwJobAttributes {
  const { spec } = input;
  const refs = mainRefs(spec);
  const pulls = spec.refs?.pulls ?? [];
  return {
    ProwJob: spec.job,
    ProwType: spec.type,
    ProwState: 'triggered',
    ...(refs && { ProwRepo: `${refs.org}/${refs.repo}` }),
    ...(refs?.base_ref && { ProwBaseRef: refs.base_ref }),
    ...(spec.cluster && { ProwCluster: spec.cluster }),
    ProwConfigHash: input.generation,
    ...(pulls.length > 0 && { ProwPulls: pulls.map((pull) => String(pull.number)) }),
  };
}

/** SDK and server warn above 2 KiB of memo; the rest is for keys and quotes. */
const maxMemoBytes = 1800;
const maxTitleLength = 80;

function shortPull(pull: Pull): Pull {
  const title = pull.title?.slice(0, maxTitleLength);
  return { number: pull.number, author: pull.author, sha: pull.sha, ...(title && { title }) };
}

function shortRefs(refs: Refs): Refs {
  const { org, repo, base_ref, base_sha, repo_link, pulls } = refs;
  return {
    org,
    repo,
    ...(base_ref && { base_ref }),
    ...(base_sha && { base_sha }),
    ...(repo_link && { repo_link }),
    ...(pulls && { pulls: pulls.map(shortPull) }),
  };
}

/** The memo; refs are left out when they would not fit (a batch of many), the record has them. */
export function startMemo(input: ProwJobInput): ProwJobMemo {
  const { spec } = input;
  const base: ProwJobMemo = {
    v: 1,
    job: spec.job,
    type: spec.type,
    dir: bucketDirectory(spec, input.storage),
    namespace: input.namespace,
    executor: input.executor,
    ...(spec.context && { context: spec.context }),
    ...(spec.agent && { agent: spec.agent }),
    ...(spec.cluster && { cluster: spec.cluster }),
    ...(spec.hidden && { hidden: true }),
    ...(spec.prowjob_defaults?.tenant_id && { tenant_id: spec.prowjob_defaults.tenant_id }),
    ...(input.attempt && { attempt: input.attempt }),
  };
  const full: ProwJobMemo = {
    ...base,
    ...(spec.refs && { refs: shortRefs(spec.refs) }),
    ...(spec.extra_refs && { extra_refs: spec.extra_refs.map(shortRefs) }),
  };
  return new TextEncoder().encode(JSON.stringify(full)).length <= maxMemoBytes ? full : base;
}

/** One line for the Temporal UI: `pull-unit #123 abc1234`, `echo-test`, `post-build main abc1234`. */
export function startSummary(spec: ProwJobSpec): string {
  const refs = spec.refs;
  if (!refs) return spec.job;
  const pulls = refs.pulls ?? [];
  if (pulls.length === 1 && pulls[0]) return `${spec.job} #${pulls[0].number} ${pulls[0].sha.slice(0, 7)}`;
  if (pulls.length > 1) return `${spec.job} batch ${pulls.map((pull) => `#${pull.number}`).join(' ')}`.slice(0, 200);
  return [spec.job, refs.base_ref, refs.base_sha?.slice(0, 7)].filter(Boolean).join(' ');
}
