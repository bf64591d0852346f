/** Commits, files, statuses and checks as the REST interface shows them. */
import type { ChangedFile } from '../git/diff.ts';
import type { Commit, Person, Ref } from '../git/repository.ts';
import type { CheckRun, CheckSuite, Repo, Status } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import type { Json, World } from '../model/world.ts';
import { renderUser, renderUserId } from './accounts.ts';
import { renderApp } from './hooks.ts';
import { renderRepo, repoApi, repoWeb } from './repos.ts';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** The account with the e-mail address of a commit's author. */
function accountBy(world: World, person: Person): Json | null {
  const noreply = /^(?:\d+\+)?([^@]+)@users\.noreply\./.exec(person.email)?.[1];
  const account =
    (noreply === undefined ? undefined : world.store.account(noreply)) ??
    world.store.all('accounts').find((one) => one.email !== null && one.email === person.email);
  return account ? renderUser(world, account) : null;
}

export function renderCommit(world: World, repo: Repo, commit: Commit): Json {
  const url = `${repoApi(world, repo)}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', `${repo.id} ${commit.sha}`),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoApi(world, repo)}/git/trees/${commit.tree}` },
      url: `${repoApi(world, repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: `${repoWeb(world, repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: accountBy(world, commit.author),
    committer: accountBy(world, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoApi(world, repo)}/commits/${sha}`,
      html_url: `${repoWeb(world, repo)}/commit/${sha}`,
    })),
  };
}

export function renderGitCommit(world: World, repo: Repo, commit: Commit): Json {
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', `${repo.id} ${commit.sha}`),
    url: `${repoApi(world, repo)}/git/commits/${commit.sha}`,
    html_url: `${repoWeb(world, repo)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${repoApi(world, repo)}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoApi(world, repo)}/git/commits/${sha}`,
      html_url: `${repoWeb(world, repo)}/commit/${sha}`,
    })),
    verification: unsigned,
  };
}

export function renderFile(world: World, repo: Repo, sha: string, file: ChangedFile): Json {
  const path = file.filename.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repoWeb(world, repo)}/blob/${sha}/${path}`,
    raw_url: `${repoWeb(world, repo)}/raw/${sha}/${path}`,
    contents_url: `${repoApi(world, repo)}/contents/${path}?ref=${sha}`,
    ...(file.patch !== undefined && { patch: file.patch }),
    ...(file.previousFilename !== undefined && { previous_filename: file.previousFilename }),
  };
}

export function renderRef(world: World, repo: Repo, { ref, sha, type }: Ref): Json {
  return {
    ref,
    node_id: nodeId('Ref', `${repo.id} ${ref}`),
    url: `${repoApi(world, repo)}/git/${ref}`,
    object: { sha, type, url: `${repoApi(world, repo)}/git/${type}s/${sha}` },
  };
}

export function renderStatus(world: World, status: Status): Json {
  const repo = world.store.must('repos', status.repoId);
  const creator = world.store.get('accounts', status.creatorId);
  return {
    url: `${repoApi(world, repo)}/statuses/${status.sha}`,
    avatar_url: creator ? `${world.web}/_forge/avatars/${creator.id}` : null,
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: renderUserId(world, status.creatorId),
  };
}

/** All statuses of a commit, newest first. */
export function statusesOf(world: World, repo: Repo, sha: string): Status[] {
  return world.store.of('statuses', `${repo.id} ${sha}`).reverse();
}

/** The newest status of each context. */
export function latestStatuses(world: World, repo: Repo, sha: string): Status[] {
  const latest = new Map<string, Status>();
  for (const status of statusesOf(world, repo, sha))
    if (!latest.has(status.context)) latest.set(status.context, status);
  return [...latest.values()];
}

/** One word for several statuses: failure before pending before success; pending without any. */
export function combinedState(states: readonly string[]): 'failure' | 'pending' | 'success' {
  if (states.some((state) => state === 'failure' || state === 'error')) return 'failure';
  return states.length === 0 || states.includes('pending') ? 'pending' : 'success';
}

export function renderCombinedStatus(world: World, repo: Repo, sha: string, page: readonly Status[]): Json {
  const all = latestStatuses(world, repo, sha);
  return {
    state: combinedState(all.map((status) => status.state)),
    statuses: page.map((status) => {
      const { creator: _creator, ...simple } = renderStatus(world, status);
      return simple;
    }),
    sha,
    total_count: all.length,
    repository: renderRepo(world, repo),
    commit_url: `${repoApi(world, repo)}/commits/${sha}`,
    url: `${repoApi(world, repo)}/commits/${sha}/status`,
  };
}

export function renderCheckRun(world: World, run: CheckRun): Json {
  const repo = world.store.must('repos', run.repoId);
  const url = `${repoApi(world, repo)}/check-runs/${run.id}`;
  const app = run.appId === null ? undefined : world.store.get('apps', run.appId);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.sha,
    external_id: run.externalId ?? '',
    url,
    html_url: `${repoWeb(world, repo)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${repoWeb(world, repo)}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: app ? renderApp(world, app) : null,
    pull_requests: [],
  };
}

/** The runs of a commit, the newest of each name and App. */
export function latestCheckRuns(world: World, repo: Repo, sha: string): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of world.store.of('checkRuns', `${repo.id} ${sha}`)) latest.set(`${run.appId} ${run.name}`, run);
  return [...latest.values()];
}

/** A suite is as far as its runs are. */
export function suiteState(runs: readonly CheckRun[]): { status: CheckRun['status']; conclusion: string | null } {
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some((run) => run.status !== 'completed')) {
    return { status: runs.every((run) => run.status === 'queued') ? 'queued' : 'in_progress', conclusion: null };
  }
  const bad = runs.find((run) => !['success', 'neutral', 'skipped'].includes(run.conclusion ?? ''));
  return { status: 'completed', conclusion: bad?.conclusion ?? 'success' };
}

export function renderCheckSuite(world: World, suite: CheckSuite, head: Commit): Json {
  const repo = world.store.must('repos', suite.repoId);
  const url = `${repoApi(world, repo)}/check-suites/${suite.id}`;
  const runs = latestCheckRuns(world, repo, suite.sha).filter((run) => run.suiteId === suite.id);
  const app = suite.appId === null ? undefined : world.store.get('apps', suite.appId);
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    ...suiteState(runs),
    url,
    before: null,
    after: suite.sha,
    pull_requests: [],
    app: app ? renderApp(world, app) : null,
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: renderHeadCommit(head),
    repository: renderRepo(world, repo),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}

/** A commit as check suites name it. */
export function renderHeadCommit(commit: Commit): Json {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
