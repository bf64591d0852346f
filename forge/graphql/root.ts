/** Where GraphQL queries and mutations start. */
import type { Account, Issue, Permission, PullRequest, Repo } from '../model/entities.ts';
import { ApiError } from '../model/errors.ts';
import { parseNodeId } from '../model/node-id.ts';
import { fullName, isPull, repoOf } from '../model/world.ts';
import { covers, permissionOf, reaches } from '../rules/access.ts';
import { addComment, addLabels, closeIssue, createIssue, removeLabel, reopenIssue, touch } from '../rules/issues.ts';
import { mergePull, openPull, setDraft } from '../rules/pulls.ts';
import { searchIssues } from '../rules/search.ts';
import { connect, type PageArguments } from './connection.ts';
import { showAccount, showAny, showComment, showIssue, showLabel, showPull, showRepo, type View } from './objects.ts';

/** @param rate the state of the caller's limit, asked when the query names it */
export function rootOf(view: View, rate: () => object): Record<string, unknown> {
  const { world, identity } = view;
  const { store } = world;

  const permission = (repo: Repo): Permission => {
    if (identity.installation) return reaches(identity.installation, repo) ? 'admin' : repo.isPrivate ? 'none' : 'read';
    return permissionOf(world, repo, identity.account);
  };
  const actor = (): Account => {
    if (!identity.account) throw new ApiError(401, 'This endpoint requires you to be authenticated.');
    return identity.account;
  };
  const visible = (repo: Repo | undefined): repo is Repo => repo !== undefined && covers(permission(repo), 'read');
  const need = (repo: Repo, wanted: Permission) => {
    if (!covers(permission(repo), wanted)) {
      throw new Error(`${actor().login} does not have the correct permissions to do this on ${fullName(world, repo)}`);
    }
  };
  const unresolved = (id: string): never => {
    throw new Error(`Could not resolve to a node with the global id of '${id}'`);
  };

  const issueBy = (id: string): Issue => {
    const found = parseNodeId(id);
    const issue =
      found && ['Issue', 'PullRequest'].includes(found.kind) ? store.get('issues', Number(found.id)) : undefined;
    return issue && visible(repoOf(world, issue)) ? issue : unresolved(id);
  };
  const pullBy = (id: string): PullRequest => {
    const issue = issueBy(id);
    return isPull(issue) ? issue : unresolved(id);
  };
  const repoBy = (id: string): Repo => {
    const found = parseNodeId(id);
    const repo = found?.kind === 'Repository' ? store.get('repos', Number(found.id)) : undefined;
    return visible(repo) ? repo : unresolved(id);
  };
  const labelNames = (ids: readonly string[]): string[] =>
    ids.map((id) => store.get('labels', Number(parseNodeId(id)?.id))?.name ?? unresolved(id));

  const node = ({ id }: { id: string }): object | null => {
    const found = parseNodeId(id);
    if (!found) return unresolved(id);
    const number = Number(found.id);
    switch (found.kind) {
      case 'User':
      case 'Bot':
      case 'Organization': {
        const account = store.get('accounts', number);
        return account ? showAccount(view, account) : null;
      }
      case 'Issue':
      case 'PullRequest':
        return showAny(view, issueBy(id));
      case 'Repository':
        return showRepo(view, repoBy(id));
      case 'Label': {
        const label = store.get('labels', number);
        return label && visible(store.get('repos', label.repoId)) ? showLabel(view, label) : null;
      }
      case 'IssueComment': {
        const comment = store.get('comments', number);
        const issue = comment && store.get('issues', comment.issueId);
        return issue && visible(repoOf(world, issue)) ? showComment(view, comment) : null;
      }
      default:
        return unresolved(id);
    }
  };

  const account = (login: string, ...types: Account['type'][]) => {
    const found = store.account(login);
    if (!found || !types.includes(found.type))
      throw new Error(`Could not resolve to a ${types[0]} with the login of '${login}'.`);
    return showAccount(view, found);
  };

  const search = ({ type, query, ...page }: PageArguments & { type: string; query: string }) => {
    if (type === 'REPOSITORY') {
      const words = query
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => !word.includes(':'));
      const repos = store
        .all('repos')
        .filter((repo) => visible(repo) && words.every((word) => fullName(world, repo).toLowerCase().includes(word)));
      return { ...connect(repos, page, (repo) => showRepo(view, repo)), issueCount: 0, repositoryCount: repos.length };
    }
    const all = store.all('issues').filter((issue) => visible(repoOf(world, issue)));
    const { issues } = searchIssues(world, query, all, identity.account);
    return {
      ...connect(issues.slice(0, 1000), page, (issue) => showAny(view, issue)),
      issueCount: issues.length,
      repositoryCount: 0,
    };
  };

  /** Every payload gives back the client's own mark. */
  const mutation =
    <T extends object>(act: (input: T, who: Account) => Promise<object>) =>
    async ({ input }: { input: T & { clientMutationId?: string | null } }) => ({
      clientMutationId: input.clientMutationId ?? null,
      ...(await act(input, actor())),
    });
  const onPull = (act: (pull: PullRequest, who: Account) => Promise<void>) =>
    mutation<{ pullRequestId: string }>(async ({ pullRequestId }, who) => {
      const pull = pullBy(pullRequestId);
      if (pull.authorId !== who.id) need(repoOf(world, pull), 'write');
      await act(pull, who);
      return { pullRequest: showPull(view, pull) };
    });
  const onIssue = (wanted: Permission, act: (issue: Issue, who: Account) => Promise<void> | void) =>
    mutation<{ issueId: string }>(async ({ issueId }, who) => {
      const issue = issueBy(issueId);
      if (wanted === 'write' || issue.authorId !== who.id) need(repoOf(world, issue), wanted);
      await act(issue, who);
      return { issue: showIssue(view, issue) };
    });
  const pin = (pinned: boolean) => (issue: Issue) => {
    const others = store.of('issues', issue.repoId).filter((each) => each.pinned && each.id !== issue.id);
    if (pinned && others.length >= 3) throw new Error('Maximum 3 pinned issues per repository');
    issue.pinned = pinned;
    touch(world, issue);
  };

  return {
    viewer: () => showAccount(view, actor()),
    user: ({ login }: { login: string }) => account(login, 'User'),
    organization: ({ login }: { login: string }) => account(login, 'Organization'),
    repositoryOwner: ({ login }: { login: string }) => account(login, 'User', 'Organization'),
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repo = store.repo(owner, name);
      if (!visible(repo)) throw new Error(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
      return showRepo(view, repo);
    },
    node,
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => node({ id })),
    search,
    rateLimit: rate,

    addComment: mutation<{ subjectId: string; body: string }>(async ({ subjectId, body }, who) => {
      const issue = issueBy(subjectId);
      const comment = await addComment(world, issue, who, body, identity.app?.id ?? null);
      return {
        commentEdge: { cursor: String(comment.id), node: showComment(view, comment) },
        subject: showAny(view, issue),
      };
    }),
    mergePullRequest: mutation<{
      pullRequestId: string;
      commitHeadline?: string | null;
      commitBody?: string | null;
      expectedHeadOid?: string | null;
      mergeMethod?: string | null;
    }>(async (input, who) => {
      const pull = pullBy(input.pullRequestId);
      need(repoOf(world, pull), 'write');
      await mergePull(world, pull, who, {
        method: (input.mergeMethod ?? 'MERGE').toLowerCase() as 'merge' | 'squash' | 'rebase',
        sha: input.expectedHeadOid ?? undefined,
        title: input.commitHeadline ?? undefined,
        message: input.commitBody ?? undefined,
      });
      return { pullRequest: showPull(view, pull), actor: showAccount(view, who) };
    }),
    closePullRequest: onPull(async (pull, who) => await closeIssue(world, pull, who)),
    reopenPullRequest: onPull(async (pull, who) => await reopenIssue(world, pull, who)),
    convertPullRequestToDraft: onPull(async (pull, who) => await setDraft(world, pull, who, true)),
    markPullRequestReadyForReview: onPull(async (pull, who) => await setDraft(world, pull, who, false)),
    closeIssue: onIssue('triage', async (issue, who) => await closeIssue(world, issue, who)),
    createIssue: mutation<{
      repositoryId: string;
      title: string;
      body?: string | null;
      assigneeIds?: string[] | null;
      labelIds?: string[] | null;
    }>(async (input, who) => {
      const repo = repoBy(input.repositoryId);
      const may = covers(permission(repo), 'triage');
      const logins = (input.assigneeIds ?? []).map((id) => store.get('accounts', Number(parseNodeId(id)?.id))?.login);
      const issue = await createIssue(world, repo, who, {
        title: input.title,
        body: input.body ?? null,
        labels: may ? labelNames(input.labelIds ?? []) : [],
        assignees: may ? logins.filter((login) => login !== undefined) : [],
      });
      return { issue: showIssue(view, issue) };
    }),
    pinIssue: onIssue('write', pin(true)),
    unpinIssue: onIssue('write', pin(false)),
    transferIssue: mutation<{ issueId: string; repositoryId: string }>(async ({ issueId, repositoryId }, who) => {
      const issue = issueBy(issueId);
      const target = repoBy(repositoryId);
      if (isPull(issue)) throw new Error('Pull requests cannot be transferred');
      need(repoOf(world, issue), 'triage');
      need(target, 'triage');
      if (target.ownerId !== repoOf(world, issue).ownerId)
        throw new Error('Repository must have the same owner as the current repository');
      const labels = issue.labels.map((id) => store.must('labels', id).name);
      // Labels that the target does not have are lost, as on GitHub.
      const kept = store.of('labels', target.id).filter((label) => labels.includes(label.name));
      const number = target.nextNumber;
      store.save('repos', Object.assign(target, { nextNumber: number + 1 }));
      Object.assign(issue, { repoId: target.id, number, labels: kept.map((label) => label.id), milestoneId: null });
      touch(world, issue);
      await world.tell({ event: 'issues', action: 'transferred', repo: target, sender: who, payload: () => ({}) });
      return { issue: showIssue(view, issue) };
    }),
    createPullRequest: mutation<{
      repositoryId: string;
      baseRefName: string;
      headRefName: string;
      headRepositoryId?: string | null;
      title: string;
      body?: string | null;
      draft?: boolean | null;
      maintainerCanModify?: boolean | null;
    }>(async (input, who) => {
      const repo = repoBy(input.repositoryId);
      const fork = input.headRepositoryId ? repoBy(input.headRepositoryId) : undefined;
      const head =
        fork && fork.id !== repo.id
          ? `${store.must('accounts', fork.ownerId).login}:${input.headRefName}`
          : input.headRefName;
      const pull = await openPull(world, repo, who, {
        title: input.title,
        body: input.body ?? null,
        head,
        base: input.baseRefName,
        draft: input.draft ?? false,
        maintainerCanModify: input.maintainerCanModify ?? true,
      });
      return { pullRequest: showPull(view, pull) };
    }),
    addLabelsToLabelable: mutation<{ labelableId: string; labelIds: string[] }>(
      async ({ labelableId, labelIds }, who) => {
        const issue = issueBy(labelableId);
        need(repoOf(world, issue), 'triage');
        await addLabels(world, issue, who, labelNames(labelIds));
        return {};
      },
    ),
    removeLabelsFromLabelable: mutation<{ labelableId: string; labelIds: string[] }>(
      async ({ labelableId, labelIds }, who) => {
        const issue = issueBy(labelableId);
        need(repoOf(world, issue), 'triage');
        for (const name of labelNames(labelIds)) await removeLabel(world, issue, who, name);
        return {};
      },
    ),
  };
}
