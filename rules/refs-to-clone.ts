/**
 * What a run clones, where to, and where it starts (spec jobs.md 5.9, 5.11).
 */
import type { Refs } from '../domain/job-config.ts';
import { joinPath } from '../domain/path-join.ts';
import type { ProwJobSpec } from '../domain/prowjob.ts';

/** Its own refs, then the extra ones; none for undecorated jobs and those that skip cloning. */
export function refsToClone({ decoration_config: decoration, refs, extra_refs = [] }: ProwJobSpec): Refs[] {
  if (!decoration || decoration.skip_cloning) return [];
  return [...(refs ? [refs] : []), ...extra_refs];
}

/** The one that the run starts in: the first with `workdir`, else the first. */
export function workingRefs(refs: readonly Refs[]): Refs | undefined {
  return refs.find(({ workdir }) => workdir) ?? refs[0];
}

/** Path below the source root, such as `src/github.com/org/repo`. An alias with `..` may lead out of the root. */
export function clonePath({
  org,
  repo,
  path_alias,
  repo_link,
}: Pick<Refs, 'org' | 'repo' | 'path_alias' | 'repo_link'>): string {
  return joinPath('src', path_alias || repo_link?.split('://').at(-1) || `github.com/${org}/${repo}`);
}
