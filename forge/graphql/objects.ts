/** The things of the host as GraphQL objects: fields are functions, asked only if the query names them. */
import { changedFiles, type ChangedFile } from '../git/diff.ts';
import type { Commit } from '../git/repository.ts';
import type { Identity } from '../api/identity.ts';
import type {
  Account,
  CheckRun,
  Comment,
  Issue,
  Label,
  Milestone,
  PullRequest,
  Reaction,
  Repo,
  Review,
  ReviewComment,
  Status,
  Team,
} from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import { fullName, isPull, ownerOf, repoOf, type World } from '../model/world.ts';
import { combinedState, latestCheckRuns, latestStatuses } from '../render/commits.ts';
import { issueWeb, labelsOf } from '../render/issues.ts';
import { repoWeb } from '../render/repos.ts';
import { associationOf, isOwner, permissionOf } from '../rules/access.ts';
import { mergeability, protectionOf, reviewDecision, testMerge } from '../rules/mergeability.ts';
import { pullRange } from '../rules/pull-range.ts';
import { connect, type PageArguments } from './connection.ts';

/** Who looks, at what. */
export interface View {
  world: World;
  identity: Identity;
}

type Shown = Record<string, unknown>;

export function showAccount(view: View, account: Account): Shown {
  const { world, identity } = view;
  const common = {
    __typename: account.type,
    id: nodeId(account.type, account.id),
    databaseId: account.id,
    login: account.login,
    name: account.name,
    email: account.email ?? '',
    url: `${world.web}/${account.login}`,
    avatarUrl: `${world.web}/_forge/avatars/${account.id}`,
  };
  return {
    ...common,
    isViewer: identity.account?.id === account.id,
    viewerCanAdminister: () => identity.account !== undefined && isOwner(world, account, identity.account),
    status: () =>
      account.status && {
        message: account.status.message,
        indicatesLimitedAvailability: account.status.busy,
        user: () => showAccount(view, account),
      },
    team: ({ slug }: { slug: string }) => {
      const team = world.store.of('teams', account.id).find((each) => each.slug === slug);
      return team ? showTeam(view, team) : null;
    },
  };
}

const showId = (view: View, id: number | null): Shown | null => {
  const account = id === null ? undefined : view.world.store.get('accounts', id);
  return account ? showAccount(view, account) : null;
};

function showTeam(view: View, team: Team): Shown {
  return {
    __typename: 'Team',
    id: nodeId('Team', team.id),
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    organization: () => showId(view, team.orgId),
  };
}

export function showLabel({ world }: View, label: Label): Shown {
  const repo = world.store.must('repos', label.repoId);
  return {
    __typename: 'Label',
    id: nodeId('Label', label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    url: `${repoWeb(world, repo)}/labels/${encodeURIComponent(label.name)}`,
  };
}

function showMilestone(milestone: Milestone): Shown {
  const { number, title, description, dueOn } = milestone;
  return { __typename: 'Milestone', id: nodeId('Milestone', milestone.id), number, title, description, dueOn };
}

export function showRepo(view: View, repo: Repo): Shown {
  const { world, identity } = view;
  const repository = world.repositories.of(repo);
  const issues = () => world.store.of('issues', repo.id);
  const parent = repo.parentId === null ? undefined : world.store.get('repos', repo.parentId);
  const ref = async (name: string) => {
    const full = name.startsWith('refs/') ? name : `refs/heads/${name}`;
    const sha = await repository.tip(full);
    return sha === undefined ? null : showRef(view, repo, full, sha);
  };
  return {
    __typename: 'Repository',
    id: nodeId('Repository', repo.id),
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: fullName(world, repo),
    owner: () => showAccount(view, ownerOf(world, repo)),
    url: repoWeb(world, repo),
    sshUrl: `git@localhost:${fullName(world, repo)}.git`,
    description: repo.description,
    isPrivate: repo.isPrivate,
    isFork: repo.parentId !== null,
    isArchived: repo.archived,
    isEmpty: async () => (await repository.refs('refs/heads/')).length === 0,
    hasIssuesEnabled: true,
    hasWikiEnabled: false,
    hasProjectsEnabled: false,
    parent: parent ? () => showRepo(view, parent) : null,
    defaultBranchRef: async () => await ref(repo.defaultBranch),
    viewerPermission: () => {
      const held = permissionOf(world, repo, identity.account);
      return held === 'none' ? null : held.toUpperCase();
    },
    viewerCanAdminister: () => permissionOf(world, repo, identity.account) === 'admin',
    mergeCommitAllowed: repo.allowMergeCommit,
    squashMergeAllowed: repo.allowSquashMerge,
    rebaseMergeAllowed: repo.allowRebaseMerge,
    deleteBranchOnMerge: repo.deleteBranchOnMerge,
    autoMergeAllowed: false,
    createdAt: repo.createdAt,
    updatedAt: repo.updatedAt,
    pushedAt: repo.pushedAt,
    ref: async ({ qualifiedName }: { qualifiedName: string }) => await ref(qualifiedName),
    object: async ({ expression, oid }: { expression?: string; oid?: string }) => {
      const name = oid ?? expression ?? '';
      const blob = await repository.resolve(name, 'blob');
      if (blob !== undefined) {
        const bytes = await repository.blob(blob);
        const isBinary = bytes.includes(0);
        return {
          ...showObject('Blob', repo, blob),
          byteSize: bytes.length,
          isBinary,
          text: isBinary ? null : bytes.toString(),
        };
      }
      const commit = await repository.resolve(name);
      if (commit !== undefined) return await showSha(view, repo, commit);
      const tree = await repository.resolve(name, 'tree');
      return tree === undefined ? null : showObject('Tree', repo, tree);
    },
    issue: ({ number }: { number: number }) => {
      const issue = world.store.issue(repo.id, number);
      return issue && !isPull(issue) ? showIssue(view, issue) : missing('Issue', number);
    },
    pullRequest: ({ number }: { number: number }) => {
      const issue = world.store.issue(repo.id, number);
      return issue && isPull(issue) ? showPull(view, issue) : missing('PullRequest', number);
    },
    issueOrPullRequest: ({ number }: { number: number }) => {
      const issue = world.store.issue(repo.id, number);
      return issue ? showAny(view, issue) : missing('an issue or pull request', number);
    },
    issues: (args: ListArguments) =>
      connect(
        listed(
          view,
          issues().filter((each) => !isPull(each)),
          args,
        ),
        args,
        (each) => showIssue(view, each),
      ),
    pullRequests: (args: ListArguments) =>
      connect(listed(view, issues().filter(isPull), args) as PullRequest[], args, (each) => showPull(view, each)),
    labels: (args: PageArguments) =>
      connect(world.store.of('labels', repo.id), args, (label) => showLabel(view, label)),
    milestone: ({ number }: { number: number }) => {
      const found = world.store.of('milestones', repo.id).find((each) => each.number === number);
      return found ? showMilestone(found) : null;
    },
  };
}

function missing(kind: string, number: number): never {
  throw new Error(`Could not resolve to ${kind} with the number of ${number}.`);
}

interface ListArguments extends PageArguments {
  states?: string[] | null;
  labels?: string[] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  orderBy?: { field: string; direction: string } | null;
}

const stateOf = (issue: Issue): string => (issue.pull?.mergedAt ? 'MERGED' : issue.state.toUpperCase());

function listed(
  { world }: View,
  issues: Issue[],
  { states, labels, headRefName, baseRefName, orderBy }: ListArguments,
): Issue[] {
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  const key = (issue: Issue) => (orderBy?.field === 'UPDATED_AT' ? issue.updatedAt : issue.createdAt);
  return issues
    .filter(
      (issue) =>
        (!states || states.includes(stateOf(issue))) &&
        (!labels || labelsOf(world, issue).some((label) => labels.includes(label.name))) &&
        (!headRefName || issue.pull?.headRef === headRefName) &&
        (!baseRefName || issue.pull?.baseRef === baseRefName),
    )
    .sort((a, b) => sign * (key(a) === key(b) ? a.id - b.id : key(a) < key(b) ? -1 : 1));
}

function showObject(kind: string, repo: Repo, oid: string): Shown {
  return { __typename: kind, id: nodeId(kind, `${repo.id} ${oid}`), oid, abbreviatedOid: oid.slice(0, 7) };
}

function showRef(view: View, repo: Repo, full: string, sha: string): Shown {
  const [, prefix = '', name = ''] = /^(refs\/[^/]+\/)(.+)$/.exec(full) ?? [];
  return {
    __typename: 'Ref',
    id: nodeId('Ref', `${repo.id} ${full}`),
    name,
    prefix,
    target: async () => await showSha(view, repo, sha),
  };
}

async function showSha(view: View, repo: Repo, sha: string | null): Promise<Shown | null> {
  const commit = sha === null ? undefined : await view.world.repositories.of(repo).commit(sha);
  return commit ? showCommit(view, repo, commit) : null;
}

function showCommit(view: View, repo: Repo, commit: Commit): Shown {
  const { world } = view;
  const person = ({ name, email, date }: Commit['author']) => ({
    name,
    email,
    date,
    user: () => {
      const account = world.store.all('accounts').find((each) => each.email === email && each.type === 'User');
      return account ? showAccount(view, account) : null;
    },
  });
  const [headline = ''] = commit.message.split('\n');
  const statuses = () => latestStatuses(world, repo, commit.sha);
  const id = (kind: string) => nodeId(kind, `${repo.id} ${commit.sha}`);
  return {
    ...showObject('Commit', repo, commit.sha),
    message: commit.message,
    messageHeadline: headline,
    messageBody: commit.message.slice(headline.length).trim(),
    committedDate: commit.committer.date,
    authoredDate: commit.author.date,
    author: person(commit.author),
    committer: person(commit.committer),
    authors: (args: PageArguments) => connect([commit.author], args, person),
    parents: async (args: PageArguments) => {
      const parents = await Promise.all(commit.parents.map(async (sha) => await showSha(view, repo, sha)));
      return connect(parents, args, (parent) => parent);
    },
    status: () => {
      const all = statuses();
      if (all.length === 0) return null;
      return {
        id: id('Status'),
        state: combinedState(all.map((status) => status.state)).toUpperCase(),
        contexts: all.map((status) => showStatus(view, repo, status)),
        context: ({ name }: { name: string }) => {
          const found = all.find((status) => status.context === name);
          return found ? showStatus(view, repo, found) : null;
        },
      };
    },
    statusCheckRollup: () => showRollup(view, repo, commit.sha),
    checkSuites: (args: PageArguments) =>
      connect(world.store.of('checkSuites', `${repo.id} ${commit.sha}`), args, (suite) =>
        showSuite(view, repo, suite.id),
      ),
  };
}

function showRollup(view: View, repo: Repo, sha: string): Shown | null {
  const { world } = view;
  const runs = latestCheckRuns(world, repo, sha);
  const statuses = latestStatuses(world, repo, sha);
  if (runs.length + statuses.length === 0) return null;
  const states = [...statuses.map((status) => status.state), ...runs.map(runState)];
  const all = [
    ...runs.map((run) => showRun(view, repo, run)),
    ...statuses.map((status) => showStatus(view, repo, status)),
  ];
  return {
    __typename: 'StatusCheckRollup',
    id: nodeId('StatusCheckRollup', `${repo.id} ${sha}`),
    state: combinedState(states).toUpperCase(),
    contexts: (args: PageArguments) => connect(all, args, (each) => each),
  };
}

const runState = (run: CheckRun): string =>
  run.status !== 'completed'
    ? 'pending'
    : ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '')
      ? 'success'
      : 'failure';

/** Does some protected branch of the repository want the context? That of the pull request, where one is named. */
function isRequired({ world }: View, repo: Repo, context: string) {
  return ({ pullRequestNumber }: { pullRequestNumber?: number | null }): boolean => {
    const pull = pullRequestNumber ? world.store.issue(repo.id, pullRequestNumber)?.pull : undefined;
    const branches = pull ? [pull.baseRef] : Object.keys(repo.protections);
    return branches.some((branch) => protectionOf(repo, branch)?.requiredStatusChecks?.contexts.includes(context));
  };
}

function showStatus(view: View, repo: Repo, status: Status): Shown {
  return {
    __typename: 'StatusContext',
    id: nodeId('StatusContext', status.id),
    context: status.context,
    description: status.description,
    state: status.state.toUpperCase(),
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: () => showId(view, status.creatorId),
    isRequired: isRequired(view, repo, status.context),
  };
}

function showRun(view: View, repo: Repo, run: CheckRun): Shown {
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    detailsUrl: run.detailsUrl,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    title: run.title,
    summary: run.summary,
    checkSuite: () => showSuite(view, repo, run.suiteId),
    isRequired: isRequired(view, repo, run.name),
  };
}

function showSuite(view: View, repo: Repo, suiteId: number): Shown {
  const suite = view.world.store.must('checkSuites', suiteId);
  const runs = latestCheckRuns(view.world, repo, suite.sha).filter((run) => run.suiteId === suiteId);
  const done = runs.length > 0 && runs.every((run) => run.status === 'completed');
  return {
    __typename: 'CheckSuite',
    id: nodeId('CheckSuite', suiteId),
    status: done ? 'COMPLETED' : runs.length === 0 ? 'QUEUED' : 'IN_PROGRESS',
    workflowRun: null,
    conclusion: done ? (runs.every((run) => runState(run) === 'success') ? 'SUCCESS' : 'FAILURE') : null,
    checkRuns: (args: PageArguments) => connect(runs, args, (run) => showRun(view, repo, run)),
  };
}

const reactionNames = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  hooray: 'HOORAY',
  confused: 'CONFUSED',
  heart: 'HEART',
  rocket: 'ROCKET',
  eyes: 'EYES',
};

function showReactions(reactions: readonly Reaction[]): Shown[] {
  return Object.entries(reactionNames).map(([name, content]) => ({
    content,
    users: { totalCount: reactions.filter((each) => each.content === name).length },
  }));
}

/** What issues and pull requests have in common. */
function showCommon(view: View, issue: Issue): Shown {
  const { world } = view;
  const { store } = world;
  const milestone = issue.milestoneId === null ? undefined : store.get('milestones', issue.milestoneId);
  return {
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    url: issueWeb(world, issue),
    author: () => showId(view, issue.authorId),
    authorAssociation: () => associationOf(world, repoOf(world, issue), store.must('accounts', issue.authorId)),
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    closed: issue.state === 'closed',
    locked: issue.locked,
    repository: () => showRepo(view, repoOf(world, issue)),
    milestone: milestone ? showMilestone(milestone) : null,
    reactionGroups: showReactions(issue.reactions),
    labels: (args: PageArguments) => connect(labelsOf(world, issue), args, (label) => showLabel(view, label)),
    assignees: (args: PageArguments) => connect(issue.assignees, args, (id) => showId(view, id)),
    comments: (args: PageArguments) =>
      connect(store.of('comments', issue.id), args, (comment) => showComment(view, comment)),
  };
}

export function showIssue(view: View, issue: Issue): Shown {
  return {
    __typename: 'Issue',
    id: nodeId('Issue', issue.id),
    ...showCommon(view, issue),
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    isPinned: issue.pinned,
  };
}

export const showAny = (view: View, issue: Issue): Shown =>
  isPull(issue) ? showPull(view, issue) : showIssue(view, issue);

export function showComment(view: View, comment: Comment): Shown {
  const issue = view.world.store.must('issues', comment.issueId);
  const author = view.world.store.must('accounts', comment.authorId);
  return {
    __typename: 'IssueComment',
    id: nodeId('IssueComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: comment.id,
    body: comment.body,
    author: () => showAccount(view, author),
    authorAssociation: () => associationOf(view.world, repoOf(view.world, issue), author),
    url: `${issueWeb(view.world, issue)}#issuecomment-${comment.id}`,
    includesCreatedEdit: comment.updatedAt !== comment.createdAt,
    isMinimized: false,
    minimizedReason: null,
    reactionGroups: showReactions(comment.reactions),
    viewerDidAuthor: view.identity.account?.id === comment.authorId,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
  };
}

export function showPull(view: View, pull: PullRequest): Shown {
  const { world } = view;
  const { store } = world;
  const { pull: part } = pull;
  const repo = repoOf(world, pull);
  const repository = world.repositories.of(repo);
  const head = part.headRepoId === null ? undefined : store.get('repos', part.headRepoId);
  // Asked at most once for a query, however many fields need them.
  let files: Promise<ChangedFile[]> | undefined;
  const changed = async () =>
    await (files ??= pullRange(world, pull).then(
      async (range) => await changedFiles(repository, range.base, range.head),
    ));
  const sum = async (pick: (file: ChangedFile) => number) =>
    (await changed()).reduce((total, file) => total + pick(file), 0);
  let merge: ReturnType<typeof mergeability> | undefined;
  const mergeable = async () => await (merge ??= mergeability(world, pull));
  return {
    __typename: 'PullRequest',
    id: nodeId('PullRequest', pull.id),
    ...showCommon(view, pull),
    state: stateOf(pull),
    merged: part.mergedAt !== null,
    mergedAt: part.mergedAt,
    mergedBy: () => showId(view, part.mergedById),
    isDraft: part.draft,
    isCrossRepository: part.headRepoId !== repo.id,
    maintainerCanModify: part.maintainerCanModify,
    additions: async () => await sum((file) => file.additions),
    deletions: async () => await sum((file) => file.deletions),
    changedFiles: async () => (await changed()).length,
    files: async (args: PageArguments) =>
      connect(await changed(), args, ({ filename, additions, deletions, status }) => ({
        path: filename,
        additions,
        deletions,
        changeType: status === 'removed' ? 'DELETED' : status.toUpperCase(),
      })),
    baseRef: async () => {
      const sha = await repository.tip(`refs/heads/${part.baseRef}`);
      return sha === undefined ? null : showRef(view, repo, `refs/heads/${part.baseRef}`, sha);
    },
    baseRefName: part.baseRef,
    baseRefOid: part.baseSha,
    headRef: () => (head ? showRef(view, head, `refs/heads/${part.headRef}`, part.headSha) : null),
    headRefName: part.headRef,
    headRefOid: part.headSha,
    headRepository: () => (head ? showRepo(view, head) : null),
    headRepositoryOwner: () => (head ? showAccount(view, ownerOf(world, head)) : null),
    mergeCommit: async () => (part.mergedAt === null ? null : await showSha(view, repo, part.mergeCommitSha)),
    potentialMergeCommit: async () =>
      pull.state === 'open' ? await showSha(view, repo, await testMerge(world, pull)) : null,
    mergeable: async () =>
      ({ true: 'MERGEABLE', false: 'CONFLICTING', null: 'UNKNOWN' })[String((await mergeable()).mergeable)],
    mergeStateStatus: async () => (await mergeable()).state.toUpperCase(),
    canBeRebased: async () => (await mergeable()).mergeable === true,
    reviewDecision: () => reviewDecision(world, pull),
    commits: async (args: PageArguments) => {
      const range = await pullRange(world, pull);
      const commits = (await repository.log(range.head, { not: range.base })).reverse();
      return connect(commits, args, (commit) => ({
        __typename: 'PullRequestCommit',
        id: nodeId('PullRequestCommit', `${pull.id} ${commit.sha}`),
        commit: () => showCommit(view, repo, commit),
      }));
    },
    statusCheckRollup: () => showRollup(view, repo, part.headSha),
    reviews: (args: PageArguments & { states?: string[] | null }) =>
      connect(
        store
          .of('reviews', pull.id)
          .filter((review) => review.state !== 'PENDING' && (!args.states || args.states.includes(review.state))),
        args,
        (review) => showReview(view, repo, pull, review),
      ),
    reviewThreads: (args: PageArguments) =>
      connect(threadsOf(world, pull), args, (thread) => showThread(view, repo, pull, thread)),
    reviewRequests: (args: PageArguments) => {
      const teams = part.requestedTeams.map((id) => store.must('teams', id));
      const all = [
        ...part.requestedReviewers.map((id) => showId(view, id)),
        ...teams.map((team) => showTeam(view, team)),
      ];
      return connect(all, args, (who) => ({
        id: nodeId('ReviewRequest', `${pull.id} ${String(who?.['id'])}`),
        requestedReviewer: who,
      }));
    },
  };
}

function showReview(view: View, repo: Repo, pull: PullRequest, review: Review): Shown {
  const author = view.world.store.must('accounts', review.authorId);
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PullRequestReview', review.id),
    databaseId: review.id,
    fullDatabaseId: review.id,
    body: review.body,
    state: review.state,
    author: () => showAccount(view, author),
    authorAssociation: () => associationOf(view.world, repo, author),
    includesCreatedEdit: false,
    reactionGroups: showReactions([]),
    submittedAt: review.submittedAt,
    commit: async () => await showSha(view, repo, review.commitSha),
    url: `${issueWeb(view.world, pull)}#pullrequestreview-${review.id}`,
  };
}

/** Comments at a line of the change, with the answers to them; at least one. */
type Thread = readonly [first: ReviewComment, ...answers: ReviewComment[]];

/** An answer stays where the comment is gone that it answers to. */
function threadsOf({ store }: World, pull: PullRequest): Thread[] {
  const threads = new Map<number, [ReviewComment, ...ReviewComment[]]>();
  for (const comment of store.of('reviewComments', pull.id)) {
    const id = comment.inReplyToId ?? comment.id;
    const thread = threads.get(id);
    if (thread) thread.push(comment);
    else threads.set(id, [comment]);
  }
  return [...threads.values()];
}

function showThread(view: View, repo: Repo, pull: PullRequest, thread: Thread): Shown {
  const [{ id, path, line, commitSha }] = thread;
  return {
    __typename: 'PullRequestReviewThread',
    id: nodeId('PullRequestReviewThread', id),
    path,
    line,
    isResolved: false,
    isOutdated: commitSha !== pull.pull.headSha,
    comments: (args: PageArguments) => connect(thread, args, (comment) => showReviewComment(view, repo, pull, comment)),
  };
}

function showReviewComment(view: View, repo: Repo, pull: PullRequest, comment: ReviewComment): Shown {
  const author = view.world.store.must('accounts', comment.authorId);
  return {
    __typename: 'PullRequestReviewComment',
    id: nodeId('PullRequestReviewComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: comment.id,
    body: comment.body,
    path: comment.path,
    author: () => showAccount(view, author),
    authorAssociation: () => associationOf(view.world, repo, author),
    includesCreatedEdit: comment.updatedAt !== comment.createdAt,
    url: `${issueWeb(view.world, pull)}#discussion_r${comment.id}`,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
  };
}
