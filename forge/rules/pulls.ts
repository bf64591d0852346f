/** Opening, moving and merging pull requests. */
import type { Account, Issue, PullRequest, Repo, Team } from '../model/entities.ts';
import { ApiError, invalid } from '../model/errors.ts';
import { isPull, ownerOf, repoOf, type Json, type World } from '../model/world.ts';
import { renderSimpleTeam, renderUser } from '../render/accounts.ts';
import type { Person } from '../git/repository.ts';
import { closeIssue, draftIssue, editIssue, note, tellIssue, touch } from './issues.ts';
import { missingContexts, protectionOf, reviewDecision, testMerge } from './mergeability.ts';
import { pullRange } from './pull-range.ts';
import { tellPush, type RefMove } from './push.ts';

export interface NewPull {
  title: string;
  body: string | null;
  /** `branch` or `owner:branch`. */
  head: string;
  base: string;
  draft: boolean;
  maintainerCanModify: boolean;
}

/** The repository in the same network that `owner:branch` or `owner/repo:branch` names. */
function headRepo(world: World, base: Repo, head: string): { repo: Repo; ref: string } | undefined {
  const colon = head.indexOf(':');
  if (colon < 0) return { repo: base, ref: head };
  const owner = world.store.account(head.slice(0, colon));
  const ref = head.slice(colon + 1);
  if (!owner) return undefined;
  if (owner.id === base.ownerId) return { repo: base, ref };
  const fork = world.store
    .of('repos', owner.id)
    .find((repo) => repo.parentId === base.id || base.parentId === repo.id || (repo.parentId ?? -1) === base.parentId);
  return fork && { repo: fork, ref };
}

const refusedPull = (message: string) =>
  new ApiError(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', code: 'custom', message }] });

/** One branch has one open pull at most for each base. */
function refuseSecond(world: World, base: Repo, head: { repo: Repo; ref: string }, baseRef: string): void {
  const same = (issue: Issue) =>
    issue.state === 'open' &&
    issue.pull?.headRepoId === head.repo.id &&
    issue.pull.headRef === head.ref &&
    issue.pull.baseRef === baseRef;
  if (!world.store.of('issues', base.id).some(same)) return;
  throw refusedPull(`A pull request already exists for ${ownerOf(world, head.repo).login}:${head.ref}.`);
}

export async function openPull(world: World, repo: Repo, author: Account, wanted: NewPull): Promise<PullRequest> {
  const repository = world.repositories.of(repo);
  const baseSha = await repository.tip(`refs/heads/${wanted.base}`);
  if (baseSha === undefined) throw invalid('PullRequest', 'base', 'invalid');
  const head = headRepo(world, repo, wanted.head);
  const headSha = head && (await world.repositories.of(head.repo).tip(`refs/heads/${head.ref}`));
  if (!head || headSha === undefined) throw invalid('PullRequest', 'head', 'invalid');
  refuseSecond(world, repo, head, wanted.base);
  const issue = draftIssue(world, repo, author, wanted.title, wanted.body);
  await repository.take(world.repositories.of(head.repo), headSha, `refs/pull/${issue.number}/head`);
  try {
    if ((await repository.count(headSha, baseSha)) === 0) {
      throw refusedPull(`No commits between ${wanted.base} and ${head.ref}`);
    }
    // Another may have been opened while git was at work.
    refuseSecond(world, repo, head, wanted.base);
  } catch (error) {
    await repository.deleteRef(`refs/pull/${issue.number}/head`);
    throw error;
  }
  issue.pull = {
    headRepoId: head.repo.id,
    headRef: head.ref,
    headSha,
    baseRef: wanted.base,
    baseSha,
    draft: wanted.draft,
    maintainerCanModify: wanted.maintainerCanModify && head.repo.id !== repo.id,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    requestedReviewers: [],
    requestedTeams: [],
  };
  const pull = world.store.save('issues', issue) as PullRequest;
  await testMerge(world, pull);
  await tellIssue(world, pull, author, 'opened');
  return pull;
}

/** Another base branch. Told as `edited` with the old one. */
export async function changeBase(world: World, pull: PullRequest, actor: Account, base: string): Promise<void> {
  if (base === pull.pull.baseRef) return;
  const sha = await world.repositories.of(repoOf(world, pull)).tip(`refs/heads/${base}`);
  if (sha === undefined) throw invalid('PullRequest', 'base', 'invalid');
  const from = { ref: pull.pull.baseRef, sha: pull.pull.baseSha };
  pull.pull.baseRef = base;
  pull.pull.baseSha = sha;
  await editIssue(world, pull, actor, { base: { from } });
}

/** The head branch has moved: new head, new base, `synchronize`. */
export async function moveHead(
  world: World,
  pull: PullRequest,
  actor: Account,
  head: Repo,
  after: string,
): Promise<void> {
  const repository = world.repositories.of(repoOf(world, pull));
  const before = pull.pull.headSha;
  if (before === after) return;
  await repository.take(world.repositories.of(head), after, `refs/pull/${pull.number}/head`);
  pull.pull.headSha = after;
  pull.pull.baseSha = (await repository.tip(`refs/heads/${pull.pull.baseRef}`)) ?? pull.pull.baseSha;
  const protection = protectionOf(repoOf(world, pull), pull.pull.baseRef);
  if (protection?.requiredReviews?.dismissStale) {
    for (const review of world.store.of('reviews', pull.id)) {
      if (review.state === 'APPROVED') world.store.save('reviews', { ...review, state: 'DISMISSED' });
    }
  }
  touch(world, pull);
  await testMerge(world, pull);
  await tellIssue(world, pull, actor, 'synchronize', { before, after });
}

export async function setDraft(world: World, pull: PullRequest, actor: Account, draft: boolean): Promise<void> {
  if (pull.pull.draft === draft) return;
  pull.pull.draft = draft;
  note(world, pull, actor, draft ? 'convert_to_draft' : 'ready_for_review');
  touch(world, pull);
  await tellIssue(world, pull, actor, draft ? 'converted_to_draft' : 'ready_for_review');
}

async function tellReviewer(world: World, pull: PullRequest, actor: Account, action: string, who: Account | Team) {
  const isTeam = 'orgId' in who;
  note(world, pull, actor, action, isTeam ? { teamId: who.id } : { reviewerId: who.id });
  touch(world, pull);
  const extra: Json = isTeam
    ? { requested_team: renderSimpleTeam(world, who) }
    : { requested_reviewer: renderUser(world, who) };
  await tellIssue(world, pull, actor, action, extra);
}

export async function requestReviewers(
  world: World,
  pull: PullRequest,
  actor: Account,
  reviewers: readonly Account[],
  teams: readonly Team[],
): Promise<void> {
  for (const user of reviewers) {
    if (pull.pull.requestedReviewers.includes(user.id)) continue;
    pull.pull.requestedReviewers.push(user.id);
    await tellReviewer(world, pull, actor, 'review_requested', user);
  }
  for (const team of teams) {
    if (pull.pull.requestedTeams.includes(team.id)) continue;
    pull.pull.requestedTeams.push(team.id);
    await tellReviewer(world, pull, actor, 'review_requested', team);
  }
}

export async function removeReviewers(
  world: World,
  pull: PullRequest,
  actor: Account,
  reviewers: readonly Account[],
  teams: readonly Team[],
): Promise<void> {
  for (const user of reviewers) {
    if (!pull.pull.requestedReviewers.includes(user.id)) continue;
    pull.pull.requestedReviewers = pull.pull.requestedReviewers.filter((id) => id !== user.id);
    await tellReviewer(world, pull, actor, 'review_request_removed', user);
  }
  for (const team of teams) {
    if (!pull.pull.requestedTeams.includes(team.id)) continue;
    pull.pull.requestedTeams = pull.pull.requestedTeams.filter((id) => id !== team.id);
    await tellReviewer(world, pull, actor, 'review_request_removed', team);
  }
}

/** How commits of the interface name a person. */
export function personOf(world: World, account: Account): Person {
  const { hostname } = new URL(world.web);
  return {
    name: account.name ?? account.login,
    email: account.email ?? `${account.id}+${account.login}@users.noreply.${hostname}`,
    date: world.now(),
  };
}

export interface MergeWish {
  method: 'merge' | 'squash' | 'rebase';
  /** The head that is meant; 409 if it has moved. */
  sha: string | undefined;
  title: string | undefined;
  message: string | undefined;
}

const refuse = (message: string) => new ApiError(405, message);

/** Merges by the interface. Answers the commit that the base branch then has. */
export async function mergePull(world: World, pull: PullRequest, actor: Account, wish: MergeWish): Promise<string> {
  const repo = repoOf(world, pull);
  const repository = world.repositories.of(repo);
  return await repository.exclusive(async () => {
    const part = pull.pull;
    if (part.mergedAt !== null || pull.state === 'closed') throw refuse('Pull Request is not mergeable');
    if (part.draft) throw refuse('Pull Request is still a draft');
    if (wish.sha !== undefined && wish.sha !== part.headSha) {
      throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
    }
    checkMethod(repo, wish.method);
    const missing = missingContexts(world, repo, part.baseRef, part.headSha);
    if (missing.length > 0) {
      const said = missing.map(({ context, state }) => `Required status check "${context}" is ${state}.`);
      throw refuse(
        missing.length === 1
          ? (said[0] ?? '')
          : `${missing.length} of ${missing.length} required status checks are missing. ${said.join(' ')}`,
      );
    }
    const protection = protectionOf(repo, part.baseRef);
    if (protection?.requiredReviews && reviewDecision(world, pull) !== 'APPROVED') {
      throw refuse(
        `At least ${protection.requiredReviews.count} approving review is required by reviewers with write access.`,
      );
    }
    const tip = await repository.tip(`refs/heads/${part.baseRef}`);
    if (tip === undefined) throw refuse('Pull Request is not mergeable');
    if (protection?.requiredStatusChecks?.strict && !(await repository.isAncestor(tip, part.headSha))) {
      throw refuse('Head branch is out of date. Review and try the merge again.');
    }
    const after = await mergedCommit(world, pull, actor, wish, tip);
    if (!(await repository.moveRef(`refs/heads/${part.baseRef}`, after, tip))) {
      throw new ApiError(409, 'Base branch was modified. Review and try the merge again.');
    }
    await markMerged(world, pull, actor, after);
    await pushRef(world, repo, actor, { ref: `refs/heads/${part.baseRef}`, before: tip, after });
    if (repo.deleteBranchOnMerge && part.headRepoId === repo.id) {
      const ref = `refs/heads/${part.headRef}`;
      await repository.deleteRef(ref);
      await pushRef(world, repo, actor, { ref, before: part.headSha, after: null });
    }
    return after;
  });
}

function checkMethod(repo: Repo, method: MergeWish['method']): void {
  const allowed = { merge: repo.allowMergeCommit, squash: repo.allowSquashMerge, rebase: repo.allowRebaseMerge };
  const names = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };
  if (!allowed[method]) throw refuse(`${names[method]} are not allowed on this repository.`);
}

async function mergedCommit(
  world: World,
  pull: PullRequest,
  actor: Account,
  wish: MergeWish,
  tip: string,
): Promise<string> {
  const repository = world.repositories.of(repoOf(world, pull));
  const { headSha, headRef, headRepoId } = pull.pull;
  const committer = personOf(world, actor);
  const conflict = () => refuse('Pull Request is not mergeable');
  if (wish.method === 'rebase') {
    const range = await pullRange(world, pull);
    let onto = tip;
    for (const commit of (await repository.log(headSha, { not: range.base })).reverse()) {
      if (commit.parents.length > 1) continue;
      const tree = await repository.pickTree(commit, onto);
      if (tree === undefined) throw refuse('This branch can’t be rebased');
      const { message, author } = commit;
      onto = await repository.writeCommit({ tree, parents: [onto], message, author, committer });
    }
    return onto;
  }
  const tree = await repository.mergeTree(tip, headSha);
  if (tree === undefined) throw conflict();
  if (wish.method === 'squash') {
    const commits = await repository.log(headSha, { not: tip });
    const single = commits.length === 1 ? commits[0] : undefined;
    const title = wish.title ?? `${single?.message.split('\n')[0] ?? pull.title} (#${pull.number})`;
    const listed = commits
      .reverse()
      .map((commit) => `* ${commit.message}`)
      .join('\n\n');
    const message = wish.message ?? (single ? single.message.split('\n').slice(1).join('\n').trim() : listed);
    const author = { ...personOf(world, world.store.must('accounts', pull.authorId)) };
    return await repository.writeCommit({ tree, parents: [tip], message: joined(title, message), author, committer });
  }
  const headOwner = headRepoId === null ? 'unknown' : ownerOf(world, world.store.must('repos', headRepoId)).login;
  const title = wish.title ?? `Merge pull request #${pull.number} from ${headOwner}/${headRef}`;
  const message = joined(title, wish.message ?? pull.title);
  return await repository.writeCommit({ tree, parents: [tip, headSha], message, author: committer, committer });
}

const joined = (title: string, body: string) => (body === '' ? title : `${title}\n\n${body}`);

/** By the interface, or since somebody pushed its commits onto the base branch. */
export async function markMerged(world: World, pull: PullRequest, actor: Account, commit: string): Promise<void> {
  pull.pull.mergedAt = world.now();
  pull.pull.mergedById = actor.id;
  pull.pull.mergeCommitSha = commit;
  note(world, pull, actor, 'merged', { commitSha: commit });
  await world.repositories.of(repoOf(world, pull)).deleteRef(`refs/pull/${pull.number}/merge`);
  await closeIssue(world, pull, actor);
  await closeFixedIssues(world, pull, actor);
}

/** "Fixes #12" in the body closes the issue when the change reaches the default branch. */
async function closeFixedIssues(world: World, pull: PullRequest, actor: Account): Promise<void> {
  const repo = repoOf(world, pull);
  if (pull.pull.baseRef !== repo.defaultBranch) return;
  for (const [, number] of (pull.body ?? '').matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? +#(\d+)\b/gi)) {
    const issue = world.store.issue(repo.id, Number(number));
    if (issue && !isPull(issue)) await closeIssue(world, issue, actor);
  }
}

/** Tells of a ref that has moved and brings the pull requests up to date: new heads, merged by a push, closed with their branch. */
export async function pushRef(world: World, repo: Repo, actor: Account, move: RefMove): Promise<void> {
  await tellPush(world, repo, actor, move);
  const branch = /^refs\/heads\/(.+)$/.exec(move.ref)?.[1];
  if (branch === undefined) return;
  const { after } = move;
  for (const pull of world.store.all('issues')) {
    if (!isPull(pull) || pull.state === 'closed') continue;
    if (pull.pull.headRepoId === repo.id && pull.pull.headRef === branch) {
      if (after === null) await closeIssue(world, pull, actor);
      else await moveHead(world, pull, actor, repo, after);
    }
    const isBase = pull.repoId === repo.id && pull.pull.baseRef === branch;
    if (!isBase || after === null || isClosed(pull)) continue;
    if (await world.repositories.of(repo).isAncestor(pull.pull.headSha, after)) {
      await markMerged(world, pull, actor, after);
    }
  }
}

/** Asked again after rules that may have closed it. */
const isClosed = (pull: Issue): boolean => pull.state === 'closed';
