/** Whether a pull request can be merged, and what stands in the way. */
import type { Protection, PullRequest, Repo } from '../model/entities.ts';
import { repoOf, type World } from '../model/world.ts';
import { latestCheckRuns, latestStatuses } from '../render/commits.ts';
import { covers, permissionOf } from './access.ts';

export interface Mergeability {
  /** Null once it is merged: GitHub does not look any more. */
  mergeable: boolean | null;
  /** `clean`, `unstable`, `blocked`, `behind`, `dirty`, `draft` or `unknown`, in GitHub's words. */
  state: string;
}

/** Test merges that are known, by repository and both commits. */
const known = new WeakMap<World, Map<string, string | null>>();

/** The commit of a test merge onto the base branch's tip, kept at `refs/pull/N/merge`; null while there are conflicts. */
export async function testMerge(world: World, pull: PullRequest): Promise<string | null> {
  const repo = repoOf(world, pull);
  const repository = world.repositories.of(repo);
  const tip = await repository.tip(`refs/heads/${pull.pull.baseRef}`);
  if (tip === undefined) return null;
  let merges = known.get(world);
  if (!merges) known.set(world, (merges = new Map()));
  const key = `${repo.id} ${pull.number} ${tip} ${pull.pull.headSha}`;
  const found = merges.get(key);
  if (found !== undefined) return found;
  const tree = await repository.mergeTree(tip, pull.pull.headSha);
  const ref = `refs/pull/${pull.number}/merge`;
  let sha: string | null = null;
  if (tree === undefined) {
    await repository.deleteRef(ref);
  } else {
    const person = { name: 'forge', email: 'forge@localhost', date: world.now() };
    const message = `Merge ${pull.pull.headSha} into ${tip}`;
    sha = await repository.writeCommit({
      tree,
      parents: [tip, pull.pull.headSha],
      message,
      author: person,
      committer: person,
    });
    await repository.moveRef(ref, sha);
  }
  merges.set(key, sha);
  if (pull.state === 'open' && pull.pull.mergeCommitSha !== sha) {
    pull.pull.mergeCommitSha = sha;
    world.store.save('issues', pull);
  }
  return sha;
}

/** The protection of a branch; undefined without. */
export const protectionOf = (repo: Repo, branch: string): Protection | undefined => repo.protections[branch];

/** Contexts that must succeed and have not, with the state they are in (`expected`: none yet). */
export function missingContexts(
  world: World,
  repo: Repo,
  branch: string,
  sha: string,
): { context: string; state: string }[] {
  const required = protectionOf(repo, branch)?.requiredStatusChecks?.contexts ?? [];
  const states = new Map<string, string>();
  for (const status of latestStatuses(world, repo, sha)) states.set(status.context, status.state);
  for (const run of latestCheckRuns(world, repo, sha)) {
    const good = ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '');
    states.set(run.name, run.status !== 'completed' ? 'pending' : good ? 'success' : 'failure');
  }
  return required
    .map((context) => ({ context, state: states.get(context) ?? 'expected' }))
    .filter(({ state }) => state !== 'success');
}

/** What reviews say: the last word of each reviewer who may write counts. */
export function reviewDecision(
  world: World,
  pull: PullRequest,
): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null {
  const repo = repoOf(world, pull);
  const wanted = protectionOf(repo, pull.pull.baseRef)?.requiredReviews?.count ?? 0;
  const last = new Map<number, string>();
  for (const review of world.store.of('reviews', pull.id)) {
    if (review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    const author = world.store.get('accounts', review.authorId);
    if (author && covers(permissionOf(world, repo, author), 'write')) last.set(review.authorId, review.state);
  }
  const states = [...last.values()];
  if (states.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = states.filter((state) => state === 'APPROVED').length;
  if (wanted > 0) return approvals >= wanted ? 'APPROVED' : 'REVIEW_REQUIRED';
  return approvals > 0 ? 'APPROVED' : null;
}

export async function mergeability(world: World, pull: PullRequest): Promise<Mergeability> {
  if (pull.pull.mergedAt !== null) return { mergeable: null, state: 'unknown' };
  if (pull.state === 'closed') return { mergeable: null, state: 'unknown' };
  const merge = await testMerge(world, pull);
  if (merge === null) return { mergeable: false, state: 'dirty' };
  if (pull.pull.draft) return { mergeable: true, state: 'draft' };
  const repo = repoOf(world, pull);
  const protection = protectionOf(repo, pull.pull.baseRef);
  const { headSha, baseRef } = pull.pull;
  if (missingContexts(world, repo, baseRef, headSha).length > 0) return { mergeable: true, state: 'blocked' };
  const decision = reviewDecision(world, pull);
  if (protection?.requiredReviews && decision !== 'APPROVED') return { mergeable: true, state: 'blocked' };
  if (protection?.requiredStatusChecks?.strict) {
    const repository = world.repositories.of(repo);
    const tip = await repository.tip(`refs/heads/${baseRef}`);
    if (tip !== undefined && !(await repository.isAncestor(tip, headSha))) return { mergeable: true, state: 'behind' };
  }
  const unstable =
    latestStatuses(world, repo, headSha).some((status) => status.state !== 'success') ||
    latestCheckRuns(world, repo, headSha).some((run) => run.status !== 'completed' || run.conclusion === 'failure');
  return { mergeable: true, state: unstable ? 'unstable' : 'clean' };
}
