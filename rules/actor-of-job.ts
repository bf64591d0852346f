/** Whose a ProwJob is: that of a change, or of a push (architecture.md 2.3, 3.7). */
import type { ProwJobSpec } from '../domain/prowjob.ts';
import type { ActorTarget } from '../domain/review/actor-target.ts';

/** Undefined for periodics, and for jobs of several pulls, which belong to none of them. */
export function actorOfJob({ type, refs }: ProwJobSpec, host: string): ActorTarget | undefined {
  if (!refs || (type !== 'presubmit' && type !== 'postsubmit')) return undefined;
  const { org, repo, pulls = [] } = refs;
  const [pull] = pulls;
  if (pulls.length > 1) return undefined;
  return pull ? { kind: 'change', host, org, repo, number: pull.number } : { kind: 'repo', host, org, repo };
}
