/** Commit statuses, check runs and check suites. */
import { created, ok, type Call, type Operation } from '../api/operation.ts';
import type { Body } from '../api/body.ts';
import type { CheckRun, CheckSuite, Repo, Status } from '../model/entities.ts';
import { ApiError, invalid, notFound } from '../model/errors.ts';
import {
  latestCheckRuns,
  latestStatuses,
  renderCheckRun,
  renderCheckSuite,
  renderCombinedStatus,
  renderCommit,
  renderStatus,
  statusesOf,
  suiteState,
} from '../render/commits.ts';
import { repoApi } from '../render/repos.ts';

const repoPath = '/repos/{owner}/{repo}';
const commitPath = `${repoPath}/commits/{ref}`;
const states: readonly Status['state'][] = ['error', 'failure', 'pending', 'success'];

async function commitSha(call: Call, repo: Repo, name: string): Promise<string> {
  const repository = call.world.repositories.of(repo);
  const sha = (await repository.resolve(`refs/heads/${name}`)) ?? (await repository.resolve(name));
  if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${name}`);
  return sha;
}

async function createStatus(call: Call) {
  const { world } = call;
  const repo = call.repo('write');
  const body = call.body('Status');
  const state = body.oneOf('state', states);
  if (state === undefined) throw invalid('Status', 'state', 'missing_field');
  const sha = await commitSha(call, repo, call.param('sha'));
  const description = body.text('description') ?? null;
  if (description !== null && description.length > 140) {
    throw invalid('Status', 'description', 'custom', 'description is too long (maximum is 140 characters)');
  }
  const context = body.text('context') ?? 'default';
  const same = statusesOf(world, repo, sha).filter((each) => each.context === context).length;
  if (same >= 1000) {
    throw new ApiError(422, 'Validation Failed', {
      errors: [
        {
          resource: 'Status',
          code: 'custom',
          message: 'This SHA and context has reached the maximum number of statuses.',
        },
      ],
    });
  }
  const status = world.store.save('statuses', {
    id: world.store.nextId(),
    repoId: repo.id,
    sha,
    context,
    state,
    description,
    targetUrl: body.text('target_url') || null,
    creatorId: call.actor().id,
    createdAt: world.now(),
  });
  const repository = world.repositories.of(repo);
  await world.tell({
    event: 'status',
    repo,
    sender: call.actor(),
    payload: async () => {
      const commit = await repository.commit(sha);
      const branches = (await repository.refs('refs/heads/')).filter((ref) => ref.sha === sha).slice(0, 10);
      return {
        id: status.id,
        sha,
        name: `${call.param('owner')}/${repo.name}`,
        avatar_url: null,
        target_url: status.targetUrl,
        context,
        description,
        state,
        commit: commit ? renderCommit(world, repo, commit) : null,
        branches: branches.map((ref) => ({
          name: ref.ref.slice('refs/heads/'.length),
          commit: { sha, url: `${repoApi(world, repo)}/commits/${sha}` },
          protected: repo.protections[ref.ref.slice('refs/heads/'.length)] !== undefined,
        })),
        created_at: status.createdAt,
        updated_at: status.createdAt,
      };
    },
  });
  const answer = renderStatus(world, status);
  return created(answer, answer['url']);
}

async function suiteFor(call: Call, repo: Repo, sha: string): Promise<CheckSuite> {
  const { store, now, repositories } = call.world;
  const appId = call.identity.app?.id ?? null;
  const found = store.of('checkSuites', `${repo.id} ${sha}`).find((suite) => suite.appId === appId);
  if (found) return found;
  const branch = (await repositories.of(repo).refs('refs/heads/')).find((ref) => ref.sha === sha);
  return store.save('checkSuites', {
    id: store.nextId(),
    repoId: repo.id,
    sha,
    branch: branch ? branch.ref.slice('refs/heads/'.length) : null,
    appId,
    createdAt: now(),
    updatedAt: now(),
  });
}

/** Puts what a request says into a run. A conclusion means that it is completed, as on GitHub. */
function changeRun(call: Call, run: CheckRun, body: Body): void {
  const now = call.world.now();
  const conclusion = body.text('conclusion');
  const status = body.oneOf('status', ['queued', 'in_progress', 'completed']);
  run.name = body.text('name') ?? run.name;
  run.detailsUrl = body.text('details_url') ?? run.detailsUrl;
  run.externalId = body.text('external_id') ?? run.externalId;
  run.startedAt = body.text('started_at') ?? run.startedAt;
  if (status !== undefined && conclusion === undefined) {
    if (status === 'completed') throw invalid('CheckRun', 'conclusion', 'missing_field');
    run.status = status;
    run.conclusion = null;
    run.completedAt = null;
  }
  if (conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = conclusion;
    run.completedAt = body.text('completed_at') ?? now;
  }
  const output = body.object('output');
  if (output) {
    run.title = output.text('title') ?? run.title;
    run.summary = output.text('summary') ?? run.summary;
    run.text = output.text('text') ?? run.text;
  }
}

async function tellRun(call: Call, repo: Repo, run: CheckRun, action: string): Promise<void> {
  const { world } = call;
  const suite = world.store.must('checkSuites', run.suiteId);
  const commit = await world.repositories.of(repo).commit(run.sha);
  const shownSuite = () => (commit ? renderCheckSuite(world, suite, commit) : {});
  await world.tell({
    event: 'check_run',
    action,
    repo,
    sender: call.actor(),
    payload: () => ({ check_run: { ...renderCheckRun(world, run), check_suite: shownSuite() } }),
  });
  const runs = latestCheckRuns(world, repo, run.sha).filter((each) => each.suiteId === suite.id);
  if (action === 'completed' && suiteState(runs).status === 'completed') {
    await world.tell({
      event: 'check_suite',
      action: 'completed',
      repo,
      sender: call.actor(),
      payload: () => ({ check_suite: shownSuite() }),
    });
  }
}

function checkRun(call: Call, wanted: 'read' | 'write' = 'read'): { repo: Repo; run: CheckRun } {
  const repo = call.repo(wanted);
  const run = call.world.store.get('checkRuns', call.id('check_run_id'));
  if (run?.repoId !== repo.id) throw notFound();
  return { repo, run };
}

function filterRuns(call: Call, runs: CheckRun[]): CheckRun[] {
  const name = call.query.get('check_name');
  const status = call.query.get('status');
  const app = call.query.get('app_id');
  return runs.filter(
    (run) =>
      (name === null || run.name === name) &&
      (status === null || run.status === status) &&
      (app === null || run.appId === Number(app)),
  );
}

const runsPage = (call: Call, runs: CheckRun[]) =>
  call.page(
    runs,
    (run) => renderCheckRun(call.world, run),
    (page) => ({ total_count: runs.length, check_runs: page }),
  );

export const statusOperations: Operation[] = [
  { id: 'repos/create-commit-status', method: 'POST', path: `${repoPath}/statuses/{sha}`, handle: createStatus },
  {
    id: 'repos/list-commit-statuses-for-ref',
    method: 'GET',
    path: `${commitPath}/statuses`,
    handle: async (call) => {
      const repo = call.repo();
      const sha = await commitSha(call, repo, call.param('ref'));
      return call.page(statusesOf(call.world, repo, sha), (status) => renderStatus(call.world, status));
    },
  },
  {
    id: 'repos/get-combined-status-for-ref',
    method: 'GET',
    path: `${commitPath}/status`,
    handle: async (call) => {
      const repo = call.repo();
      const sha = await commitSha(call, repo, call.param('ref'));
      return call.page(
        latestStatuses(call.world, repo, sha),
        (status) => status,
        (page) => renderCombinedStatus(call.world, repo, sha, page as Status[]),
      );
    },
  },
  {
    id: 'checks/create',
    method: 'POST',
    path: `${repoPath}/check-runs`,
    handle: async (call) => {
      const { world } = call;
      const repo = call.repo('write');
      if (!call.identity.app) throw new ApiError(403, 'You must authenticate via a GitHub App.');
      const body = call.body('CheckRun');
      const sha = await commitSha(call, repo, body.needText('head_sha'));
      const suite = await suiteFor(call, repo, sha);
      const run: CheckRun = {
        id: world.store.nextId(),
        repoId: repo.id,
        sha,
        suiteId: suite.id,
        appId: suite.appId,
        name: body.needText('name'),
        status: 'queued',
        conclusion: null,
        detailsUrl: null,
        externalId: null,
        startedAt: world.now(),
        completedAt: null,
        title: null,
        summary: null,
        text: null,
      };
      changeRun(call, run, body);
      world.store.save('checkRuns', run);
      await tellRun(call, repo, run, 'created');
      if (run.status === 'completed') await tellRun(call, repo, run, 'completed');
      const answer = renderCheckRun(world, run);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'checks/get',
    method: 'GET',
    path: `${repoPath}/check-runs/{check_run_id}`,
    handle: (call) => ok(renderCheckRun(call.world, checkRun(call).run)),
  },
  {
    id: 'checks/update',
    method: 'PATCH',
    path: `${repoPath}/check-runs/{check_run_id}`,
    handle: async (call) => {
      const { repo, run } = checkRun(call, 'write');
      if (run.appId !== (call.identity.app?.id ?? null)) throw new ApiError(403, 'Invalid app_id');
      const was = run.status;
      changeRun(call, run, call.body('CheckRun'));
      call.world.store.save('checkRuns', run);
      if (run.status === 'completed' && was !== 'completed') await tellRun(call, repo, run, 'completed');
      return ok(renderCheckRun(call.world, run));
    },
  },
  {
    id: 'checks/rerequest-run',
    method: 'POST',
    path: `${repoPath}/check-runs/{check_run_id}/rerequest`,
    handle: async (call) => {
      const { repo, run } = checkRun(call, 'write');
      await tellRun(call, repo, run, 'rerequested');
      return created({});
    },
  },
  {
    id: 'checks/list-for-ref',
    method: 'GET',
    path: `${commitPath}/check-runs`,
    handle: async (call) => {
      const repo = call.repo();
      const sha = await commitSha(call, repo, call.param('ref'));
      const all =
        call.query.get('filter') === 'all'
          ? call.world.store.of('checkRuns', `${repo.id} ${sha}`)
          : latestCheckRuns(call.world, repo, sha);
      return runsPage(call, filterRuns(call, all));
    },
  },
  {
    id: 'checks/list-suites-for-ref',
    method: 'GET',
    path: `${commitPath}/check-suites`,
    handle: async (call) => {
      const repo = call.repo();
      const sha = await commitSha(call, repo, call.param('ref'));
      const commit = await call.world.repositories.of(repo).commit(sha);
      const suites = call.world.store.of('checkSuites', `${repo.id} ${sha}`);
      return call.page(
        suites,
        (suite) => (commit ? renderCheckSuite(call.world, suite, commit) : null),
        (page) => ({ total_count: suites.length, check_suites: page }),
      );
    },
  },
  {
    id: 'checks/get-suite',
    method: 'GET',
    path: `${repoPath}/check-suites/{check_suite_id}`,
    handle: async (call) => {
      const repo = call.repo();
      const suite = call.world.store.get('checkSuites', call.id('check_suite_id'));
      const commit = suite && (await call.world.repositories.of(repo).commit(suite.sha));
      if (!commit || suite.repoId !== repo.id) throw notFound();
      return ok(renderCheckSuite(call.world, suite, commit));
    },
  },
  {
    id: 'checks/list-for-suite',
    method: 'GET',
    path: `${repoPath}/check-suites/{check_suite_id}/check-runs`,
    handle: (call) => {
      const repo = call.repo();
      const suite = call.world.store.get('checkSuites', call.id('check_suite_id'));
      if (suite?.repoId !== repo.id) throw notFound();
      const runs = latestCheckRuns(call.world, repo, suite.sha).filter((run) => run.suiteId === suite.id);
      return runsPage(call, filterRuns(call, runs));
    },
  },
];
