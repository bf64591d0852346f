/**
 * Carries effects out on GitHub, each so that a repetition does no harm (architecture.md 3.2; spec plugins-review.md 0.4, 0.9).
 */
import { markerOf } from '../../domain/review/marker.ts';
import type { ApplyOptions, HostEffect, ItemName, Refusal } from '../../domain/review/host.ts';
import { normalLogin } from '../../domain/review/item.ts';
import { HostRefusal, isRefusal } from '../host-failures.ts';
import type { GitHubClient } from './connection.ts';
import { bodyWithMarker } from './marked-body.ts';

/** GitHub refuses longer descriptions of statuses. */
const maxDescription = 140;

/** Reads of GitHub may be behind its writes for some seconds. */
const behindMs = 5_000;

export interface ApplyDeps {
  client: GitHubClient;
  sleep: (ms: number) => Promise<unknown>;
}

interface Job extends ApplyDeps {
  name: ItemName;
  key: string;
  options: ApplyOptions;
}

/** Resolves with what the host did not take; undefined where it took all. Rejects with failures of the host. */
export async function applyEffect(
  { client, sleep }: ApplyDeps,
  name: ItemName,
  effect: HostEffect,
  key: string,
  options: ApplyOptions = {},
): Promise<Refusal | undefined> {
  const job: Job = { client, sleep, name, key, options };
  const at = { owner: name.org, repo: name.repo };
  const item = { ...at, issue_number: name.number };
  const issue = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
  switch (effect.kind) {
    case 'addLabel':
      await addLabels(client, { ...name, number: effect.number ?? name.number }, [effect.label]);
      return undefined;
    case 'removeLabel':
      return await unless(
        (error) => isRefusal(error, 404) && error.answer === 'Label does not exist',
        client.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
          ...at,
          issue_number: effect.number ?? name.number,
          name: effect.label,
        }),
      );
    case 'comment':
      return await comment(job, effect.body);
    case 'editComment':
      return await refused(
        client.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...at,
          comment_id: effect.id,
          body: bodyWithMarker(effect.body, key),
        }),
      );
    case 'deleteComment':
      return await unless(
        (error) => isRefusal(error, 404),
        client.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...at, comment_id: effect.id }),
      );
    case 'assign':
      return await assign(job, effect.logins);
    case 'unassign': {
      const { data } = await client.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
        ...item,
        assignees: [...effect.logins],
      });
      const left = new Set((data.assignees ?? []).map(({ login }) => normalLogin(login)));
      return refusalOf(
        effect.logins.filter((login) => left.has(normalLogin(login))),
        'They are still assigned.',
      );
    }
    case 'requestReview':
      return await requestReview(job, effect.reviewers);
    case 'unrequestReview':
      return await unrequestReview(job, effect.reviewers);
    case 'setStatus':
      await client.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
        ...at,
        sha: effect.sha,
        context: effect.context,
        state: effect.state,
        description: effect.description.slice(0, maxDescription),
        ...(effect.targetUrl && { target_url: effect.targetUrl }),
      });
      return undefined;
    case 'createCheckRun':
      return await createCheckRun(job, effect);
    case 'setState':
      return await refused(
        client.request(issue, {
          ...item,
          state: effect.state,
          ...(effect.reason && { state_reason: effect.reason }),
        }),
      );
    case 'editTitle':
      return await refused(client.request(issue, { ...item, title: effect.title }));
    case 'editBody':
      return await refused(client.request(issue, { ...item, body: effect.body }));
    case 'setMilestone':
      return await refused(client.request(issue, { ...item, milestone: effect.milestone }));
    case 'createReview':
      return await createReview(job, effect);
    case 'react':
      return await refused(
        effect.target === 'item'
          ? client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', {
              ...item,
              content: effect.content,
            })
          : client.request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
              ...at,
              comment_id: effect.target.comment,
              content: effect.content,
            }),
      );
    case 'deleteBranch':
      return await unless(
        // GitHub answers 422 for a branch that is gone.
        (error) => isRefusal(error, 404) || (isRefusal(error, 422) && error.answer.includes('does not exist')),
        client.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: `heads/${effect.branch}` }),
      );
    case 'approveWorkflowRuns':
      return await eachRun(job, effect, 'action_required', 'approve');
    case 'rerunWorkflowRuns':
      return await eachRun(job, effect, 'failure', 'rerun-failed-jobs');
    default:
      return effect satisfies never;
  }
}

/** Those that are there already stay. Rejects with failures of the host. */
export async function addLabels(
  client: GitHubClient,
  { org, repo, number }: ItemName,
  labels: readonly string[],
): Promise<void> {
  await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
    owner: org,
    repo,
    issue_number: number,
    labels: [...labels],
  });
}

/** Whether what is to be made has been made by an earlier try. */
async function wasMade({ options, sleep }: Job, look: () => Promise<boolean>): Promise<boolean> {
  const { firstAttempt = false, inDoubtSince = -Infinity } = options;
  if (firstAttempt) return false;
  if (await look()) return true;
  const restMs = inDoubtSince + behindMs - performance.now();
  if (restMs <= 0) return false;
  await sleep(restMs);
  return await look();
}

async function comment(job: Job, body: string): Promise<undefined> {
  const { client, name, key } = job;
  const item = { owner: name.org, repo: name.repo, issue_number: name.number };
  const look = async () => {
    const pages = client.paginate.iterator('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...item,
      per_page: 100,
    });
    for await (const { data } of pages) if (data.some((one) => one.body?.includes(markerOf(key)))) return true;
    return false;
  };
  if (await wasMade(job, look)) return undefined;
  await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...item,
    body: bodyWithMarker(body, key),
  });
  return undefined;
}

async function assign(job: Job, logins: readonly string[]): Promise<Refusal | undefined> {
  const { client, name } = job;
  try {
    const { data } = await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
      owner: name.org,
      repo: name.repo,
      issue_number: name.number,
      assignees: [...logins],
    });
    const taken = new Set((data.assignees ?? []).map(({ login }) => normalLogin(login)));
    return refusalOf(
      logins.filter((login) => !taken.has(normalLogin(login))),
      'They cannot be assigned.',
    );
  } catch (error) {
    if (!isRefusal(error, 422)) throw error;
    if (logins.length === 1) return { refused: logins, reason: error.answer };
    // GitHub leaves out whom it does not take; compatible hosts refuse all for one.
    const refusals = [];
    for (const login of logins) refusals.push(await assign(job, [login]));
    return refusalOf(
      refusals.flatMap((one) => one?.refused ?? []),
      error.answer,
    );
  }
}

/** Teams by their slug, without the organisation; undefined for those of others. */
function split(reviewers: readonly string[], org: string) {
  const foreign = reviewers.filter((name) => name.includes('/') && name.split('/')[0] !== org);
  const own = reviewers.filter((name) => !foreign.includes(name));
  return {
    foreign,
    own,
    body: (names: readonly string[]) => ({
      reviewers: names.filter((name) => !name.includes('/')),
      team_reviewers: names.filter((name) => name.includes('/')).map((name) => name.split('/')[1] ?? ''),
    }),
  };
}

async function requestReview({ client, name }: Job, reviewers: readonly string[]): Promise<Refusal | undefined> {
  const { foreign, own, body } = split(reviewers, name.org);
  const ask = async (names: readonly string[]) => {
    await client.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
      owner: name.org,
      repo: name.repo,
      pull_number: name.number,
      ...body(names),
    });
  };
  const missing = [...foreign];
  let reason = foreign.length > 0 ? `Not a team of ${name.org}.` : '';
  if (own.length > 0) {
    try {
      await ask(own);
    } catch (error) {
      if (!isRefusal(error, 422)) throw error;
      reason = error.answer;
      // One that is refused makes GitHub refuse all.
      for (const one of own) {
        try {
          if (own.length === 1) throw error;
          await ask([one]);
        } catch (refusal) {
          if (!isRefusal(refusal, 422)) throw refusal;
          missing.push(one);
        }
      }
    }
  }
  return refusalOf(missing, reason);
}

async function unrequestReview({ client, name }: Job, reviewers: readonly string[]): Promise<Refusal | undefined> {
  const { own, body } = split(reviewers, name.org);
  if (own.length === 0) return refusalOf(reviewers, `Not a team of ${name.org}.`);
  const { data } = await client.request('DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
    owner: name.org,
    repo: name.repo,
    pull_number: name.number,
    ...body(own),
  });
  const left = new Set([
    ...(data.requested_reviewers ?? []).map(({ login }) => normalLogin(login)),
    ...(data.requested_teams ?? []).map(({ slug }) => normalLogin(`${name.org}/${slug}`)),
  ]);
  return refusalOf(
    own.filter((one) => left.has(normalLogin(one))),
    'Their review is still requested.',
  );
}

async function createCheckRun(job: Job, run: Extract<HostEffect, { kind: 'createCheckRun' }>): Promise<undefined> {
  const { client, name, key } = job;
  const at = { owner: name.org, repo: name.repo };
  const look = async () => {
    const runs = await client.paginate('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...at,
      ref: run.sha,
      check_name: run.name,
      filter: 'all',
      per_page: 100,
    });
    return runs.some(({ external_id: id }) => id === key);
  };
  if (await wasMade(job, look)) return undefined;
  await client.request('POST /repos/{owner}/{repo}/check-runs', {
    ...at,
    name: run.name,
    head_sha: run.sha,
    status: 'completed',
    conclusion: 'success',
    external_id: key,
    output: { title: run.name, summary: run.summary },
  });
  return undefined;
}

async function createReview(
  job: Job,
  review: Extract<HostEffect, { kind: 'createReview' }>,
): Promise<Refusal | undefined> {
  const { client, name, key } = job;
  const pull = { owner: name.org, repo: name.repo, pull_number: name.number };
  const look = async () => {
    const reviews = await client.paginate('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...pull,
      per_page: 100,
    });
    return reviews.some(({ body }) => body.includes(markerOf(key)));
  };
  if (await wasMade(job, look)) return undefined;
  return await refused(
    client.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...pull,
      commit_id: review.sha,
      event: 'COMMENT',
      body: bodyWithMarker(review.body, key),
      comments: review.comments.map((one) => ({ ...one })),
    }),
  );
}

/** A run that was approved or started again meanwhile has another state and is not listed. */
async function eachRun(
  { client, name }: Job,
  { branch, sha }: { branch: string; sha: string },
  status: 'action_required' | 'failure',
  what: 'approve' | 'rerun-failed-jobs',
): Promise<Refusal | undefined> {
  const at = { owner: name.org, repo: name.repo };
  const runs = await client.paginate('GET /repos/{owner}/{repo}/actions/runs', {
    ...at,
    branch,
    head_sha: sha,
    status,
    event: 'pull_request',
    per_page: 100,
  });
  const missing: string[] = [];
  let reason = '';
  for (const { id } of runs) {
    const run = { ...at, run_id: Number(id) };
    try {
      if (what === 'approve') await client.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve', run);
      else await client.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', run);
    } catch (error) {
      if (!isKnownOutcome(error)) throw error;
      missing.push(String(id));
      reason = error.answer;
    }
  }
  return refusalOf(missing, reason);
}

function refusalOf(missing: readonly string[], reason: string): Refusal | undefined {
  return missing.length > 0 ? { refused: missing, reason } : undefined;
}

function isKnownOutcome(error: unknown): error is HostRefusal {
  return isRefusal(error, 404, 410, 422);
}

/** A 404 or 422 about the effect as a whole is something to tell people. */
async function refused(request: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (isKnownOutcome(error)) return { refused: [], reason: error.answer };
    throw error;
  }
}

/** What is done already is done. */
async function unless(isDone: (error: unknown) => boolean, request: Promise<unknown>): Promise<undefined> {
  try {
    await request;
  } catch (error) {
    if (!isDone(error)) throw error;
  }
  return undefined;
}
