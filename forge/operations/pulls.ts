/** Pull requests: opening, changing, merging, reviewers. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import { changedFiles, diffText } from '../git/diff.ts';
import type { Account, PullRequest, Team } from '../model/entities.ts';
import { ApiError, invalid, notFound } from '../model/errors.ts';
import { isPull, ownerOf, repoOf } from '../model/world.ts';
import { renderTeam, renderUser } from '../render/accounts.ts';
import { renderCommit, renderFile } from '../render/commits.ts';
import { renderPull, renderSimplePull } from '../render/pulls.ts';
import { covers } from '../rules/access.ts';
import { closeIssue, editIssue, reopenIssue } from '../rules/issues.ts';
import { pullRange } from '../rules/pull-range.ts';
import {
  changeBase,
  mergePull,
  openPull,
  personOf,
  pushRef,
  removeReviewers,
  requestReviewers,
} from '../rules/pulls.ts';
import { isCollaborator } from './collaborators.ts';

const repo = '/repos/{owner}/{repo}';
const one = `${repo}/pulls/{pull_number}`;

function filterPulls(call: Call): PullRequest[] {
  const { world, query } = call;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const label = (pull: PullRequest) => {
    const from = pull.pull.headRepoId === null ? undefined : world.store.get('repos', pull.pull.headRepoId);
    return `${from ? ownerOf(world, from).login : 'unknown'}:${pull.pull.headRef}`;
  };
  const updated = query.get('sort') === 'updated';
  const direction =
    query.get('direction') ?? (query.get('sort') === null || query.get('sort') === 'created' ? 'desc' : 'asc');
  const sign = direction === 'asc' ? 1 : -1;
  return world.store
    .of('issues', call.repo().id)
    .filter(isPull)
    .filter(
      (pull) =>
        (state === 'all' || pull.state === state) &&
        (base === null || pull.pull.baseRef === base) &&
        (head === null || label(pull).toLowerCase() === head.toLowerCase()),
    )
    .sort(
      (a, b) => sign * (updated && a.updatedAt !== b.updatedAt ? (a.updatedAt < b.updatedAt ? -1 : 1) : a.id - b.id),
    );
}

/** People and teams that a request names; 422 for those who cannot review. */
function reviewers(call: Call, pull: PullRequest): { users: Account[]; teams: Team[] } {
  const { world } = call;
  const repository = repoOf(world, pull);
  const body = call.body('PullRequest');
  const users = (body.texts('reviewers') ?? []).map((login) => {
    const user = world.store.account(login);
    if (user?.id === pull.authorId) {
      throw new ApiError(422, 'Review cannot be requested from pull request author.');
    }
    if (!user || !isCollaborator(call, repository, user)) {
      throw new ApiError(
        422,
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${ownerOf(world, repository).login}/${repository.name} repository.`,
      );
    }
    return user;
  });
  const teams = (body.texts('team_reviewers') ?? []).map((slug) => {
    const team = world.store.of('teams', repository.ownerId).find((each) => each.slug === slug);
    if (!team) throw new ApiError(422, `Could not resolve to a node with the slug of '${slug}'.`);
    return team;
  });
  return { users, teams };
}

export const pullOperations: Operation[] = [
  {
    id: 'pulls/list',
    method: 'GET',
    path: `${repo}/pulls`,
    handle: (call) => call.page(filterPulls(call), (pull) => renderSimplePull(call.world, pull)),
  },
  {
    id: 'pulls/create',
    method: 'POST',
    path: `${repo}/pulls`,
    handle: async (call) => {
      const repository = call.repo();
      const author = call.actor();
      const body = call.body('PullRequest');
      const pull = await openPull(call.world, repository, author, {
        title: body.needText('title'),
        body: body.text('body') ?? null,
        head: body.needText('head'),
        base: body.needText('base'),
        draft: body.flag('draft') ?? false,
        maintainerCanModify: body.flag('maintainer_can_modify') ?? true,
      });
      const answer = await renderPull(call.world, pull);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'pulls/get',
    method: 'GET',
    path: one,
    handle: async (call) => {
      const pull = call.pull();
      const form = /vnd\.github\.(?:v3\.)?(diff|patch)\b/.exec(call.accept)?.[1] as 'diff' | 'patch' | undefined;
      if (form === undefined) return ok(await renderPull(call.world, pull));
      const { base, head } = await pullRange(call.world, pull);
      const body = await diffText(call.world.repositories.of(repoOf(call.world, pull)), base, head, form);
      return { status: 200, body, headers: { 'content-type': `application/vnd.github.${form}; charset=utf-8` } };
    },
  },
  {
    id: 'pulls/update',
    method: 'PATCH',
    path: one,
    handle: async (call) => {
      const { world } = call;
      const pull = call.pull();
      const actor = call.actor();
      if (pull.authorId !== actor.id) call.repo('write');
      const body = call.body('PullRequest');
      const state = body.oneOf('state', ['open', 'closed']);
      const title = body.text('title');
      if (title?.trim() === '') throw invalid('PullRequest', 'title', 'missing_field');
      await editIssue(world, pull, actor, { title, body: body.textOrNull('body') });
      const base = body.text('base');
      if (base !== undefined) await changeBase(world, pull, actor, base);
      const modify = body.flag('maintainer_can_modify');
      if (modify !== undefined) {
        pull.pull.maintainerCanModify = modify;
        world.store.save('issues', pull);
      }
      if (state === 'closed') await closeIssue(world, pull, actor);
      if (state === 'open') {
        const head = pull.pull.headRepoId === null ? undefined : world.store.get('repos', pull.pull.headRepoId);
        const tip = head && (await world.repositories.of(head).tip(`refs/heads/${pull.pull.headRef}`));
        if (tip === undefined)
          throw invalid('PullRequest', 'state', 'custom', 'state cannot be changed. The head branch was deleted.');
        await reopenIssue(world, pull, actor);
      }
      return ok(await renderPull(world, pull));
    },
  },
  {
    id: 'pulls/list-files',
    method: 'GET',
    path: `${one}/files`,
    handle: async (call) => {
      const pull = call.pull();
      const repository = repoOf(call.world, pull);
      const { base, head } = await pullRange(call.world, pull);
      const files = await changedFiles(call.world.repositories.of(repository), base, head);
      return call.page(files, (file) => renderFile(call.world, repository, head, file));
    },
  },
  {
    id: 'pulls/list-commits',
    method: 'GET',
    path: `${one}/commits`,
    handle: async (call) => {
      const pull = call.pull();
      const repository = repoOf(call.world, pull);
      const { base, head } = await pullRange(call.world, pull);
      const commits = (await call.world.repositories.of(repository).log(head, { not: base, count: 250 })).reverse();
      return call.page(commits, (commit) => renderCommit(call.world, repository, commit));
    },
  },
  {
    id: 'pulls/check-if-merged',
    method: 'GET',
    path: `${one}/merge`,
    handle: (call) => {
      if (call.pull().pull.mergedAt === null) throw notFound();
      return nothing;
    },
  },
  {
    id: 'pulls/merge',
    method: 'PUT',
    path: `${one}/merge`,
    handle: async (call) => {
      const pull = call.pull('write');
      const body = call.body('PullRequest');
      const sha = await mergePull(call.world, pull, call.actor(), {
        method: body.oneOf('merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
        sha: body.text('sha'),
        title: body.text('commit_title'),
        message: body.text('commit_message'),
      });
      return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
    },
  },
  {
    id: 'pulls/update-branch',
    method: 'PUT',
    path: `${one}/update-branch`,
    handle: async (call) => {
      const { world } = call;
      const pull = call.pull();
      const actor = call.actor();
      const head = pull.pull.headRepoId === null ? undefined : world.store.get('repos', pull.pull.headRepoId);
      if (!head) throw new ApiError(422, 'The head repository was deleted.');
      const mayPush = covers(call.permission(head), 'write');
      if (!mayPush && !(pull.pull.maintainerCanModify && covers(call.permission(call.repo()), 'write'))) {
        throw new ApiError(403, 'Must have push access to the head branch.');
      }
      const expected = call.body('PullRequest').text('expected_head_sha');
      const before = pull.pull.headSha;
      if (expected !== undefined && expected !== before) {
        throw new ApiError(422, 'expected head sha didn’t match current head ref.');
      }
      const repository = world.repositories.of(repoOf(world, pull));
      const tip = await repository.tip(`refs/heads/${pull.pull.baseRef}`);
      if (tip === undefined || (await repository.isAncestor(tip, before))) {
        throw new ApiError(422, 'There are no new commits on the base branch.');
      }
      const tree = await repository.mergeTree(before, tip);
      if (tree === undefined) throw new ApiError(422, 'merge conflict between base and head');
      const author = personOf(world, actor);
      const message = `Merge branch '${pull.pull.baseRef}' into ${pull.pull.headRef}`;
      const after = await repository.writeCommit({ tree, parents: [before, tip], message, author, committer: author });
      const ref = `refs/heads/${pull.pull.headRef}`;
      await world.repositories.of(head).take(repository, after, ref);
      await pushRef(world, head, actor, { ref, before, after });
      return {
        status: 202,
        body: {
          message: 'Updating pull request branch.',
          url: `${call.url.origin}${call.url.pathname.replace(/\/update-branch$/, '')}`,
        },
      };
    },
  },
  {
    id: 'pulls/list-requested-reviewers',
    method: 'GET',
    path: `${one}/requested_reviewers`,
    handle: (call) => {
      const { store } = call.world;
      const { requestedReviewers, requestedTeams } = call.pull().pull;
      return ok({
        users: requestedReviewers.map((id) => renderUser(call.world, store.must('accounts', id))),
        teams: requestedTeams.map((id) => renderTeam(call.world, store.must('teams', id))),
      });
    },
  },
  {
    id: 'pulls/request-reviewers',
    method: 'POST',
    path: `${one}/requested_reviewers`,
    handle: async (call) => {
      const pull = call.pull('triage');
      const { users, teams } = reviewers(call, pull);
      await requestReviewers(call.world, pull, call.actor(), users, teams);
      return created(renderSimplePull(call.world, pull));
    },
  },
  {
    id: 'pulls/remove-requested-reviewers',
    method: 'DELETE',
    path: `${one}/requested_reviewers`,
    handle: async (call) => {
      const pull = call.pull('triage');
      const { users, teams } = reviewers(call, pull);
      await removeReviewers(call.world, pull, call.actor(), users, teams);
      return ok(renderSimplePull(call.world, pull));
    },
  },
];
