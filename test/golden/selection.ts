/**
 * Evaluates a case of `selection.json` (golden data, jobs/README.md) as far as the selection itself goes: which jobs an
 * event or comment starts. Replies, labels and aborts belong to the trigger plugin.
 */
import { ConfigError } from '../../config/problem.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import { fetchedOnce, type PushedCommit } from '../../rules/selection/changed-files.ts';
import { dropCodeBlocks } from '../../rules/selection/code-blocks.ts';
import { isRelevant, presubmitsForText, selectForComment, type CommentContext } from '../../rules/selection/comment.ts';
import { selectForPullRequest, type PullRequest } from '../../rules/selection/pull-request.ts';
import { selectForPush } from '../../rules/selection/push.ts';
import type { People, TriggerSettings } from '../../rules/selection/trust.ts';
import { loadFiles, type Evaluation } from './decode.ts';

interface CommonEvent {
  prAuthor?: string;
  prLabels?: string[];
  draft?: boolean;
  mergeable?: boolean | null;
}
interface CommentCaseEvent extends CommonEvent {
  type: 'comment';
  body: string;
  commenter?: string;
  commentAction?: string;
  notPR?: boolean;
  state?: string;
}
interface PullRequestCaseEvent extends CommonEvent {
  type: 'pull_request';
  action: string;
  label?: string;
  sender?: string;
  changesBaseRefFrom?: string;
  changesBaseShaFrom?: string;
}
interface PushCaseEvent {
  type: 'push';
  ref: string;
  after?: string;
  deleted?: boolean;
  commits?: PushedCommit[];
}

export interface SelectionCase {
  case: {
    id: string;
    note?: string;
    presubmits?: Record<string, unknown>[];
    postsubmits?: Record<string, unknown>[];
    base?: string;
    files?: string[];
    filesError?: boolean;
    contexts?: Record<string, string>;
    trigger?: TriggerSettings;
    event: CommentCaseEvent | PullRequestCaseEvent | PushCaseEvent;
  };
  expect: Record<string, unknown>;
}

/** What is compared here; everything else of `expect` waits for the trigger plugin. */
const comparedKeys = ['loadError', 'jobs', 'filtered', 'filteredError', 'relevant', 'filesFetched', 'error'] as const;

/** Compared also where the reference does not mention them. */
const failures: readonly string[] = ['loadError', 'filteredError', 'error'];

type Outcome = Partial<Record<(typeof comparedKeys)[number], unknown>>;

export async function evaluateSelectionCase({ case: given, expect }: SelectionCase): Promise<Evaluation> {
  const golden = Object.fromEntries(comparedKeys.filter((key) => key in expect).map((key) => [key, expect[key]]));
  const computed = await outcomeOf(given);
  // Where the reference refuses to load, everything that we found is told.
  const isTold = (key: keyof Outcome) => key in golden || golden['loadError'] === true || failures.includes(key);
  const told = comparedKeys.filter((key) => isTold(key) && computed[key] !== undefined);
  const ours = Object.fromEntries(told.map((key) => [key, computed[key]]));
  return { ours, golden, equal: JSON.stringify(ours) === JSON.stringify(golden) };
}

const org = 'org';
const botLogin = 'k8s-ci-robot';
const people: People = {
  isBot: (login) => Promise.resolve(login.replace(/\[bot\]$/, '') === botLogin),
  isMember: (ofOrg, login) =>
    Promise.resolve(
      (ofOrg === org && ['member', 'member2'].includes(login)) || (ofOrg === 'trustedorg' && login === 'friend'),
    ),
  isCollaborator: (login) => Promise.resolve(login === 'collab'),
};

async function outcomeOf(given: SelectionCase['case']): Promise<Outcome> {
  let config: LoadedConfig;
  try {
    config = await load(given);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { loadError: true };
  }
  const { event } = given;
  if (event.type === 'push') {
    const push = { after: 'cafe', ...event };
    return { jobs: names(await selectForPush(push, config.postsubmits.get(`${org}/repo`) ?? [])) };
  }
  const state = { fetched: false };
  const selected = await handled(event, contextOf(given, config, state), given.base ?? '');
  const filtered =
    event.type === 'comment' ? await filterOf(event, contextOf(given, config, {}), given.base ?? '') : {};
  return { ...selected, ...filtered, filesFetched: state.fetched };
}

async function load({ presubmits = [], postsubmits = [] }: SelectionCase['case']): Promise<LoadedConfig> {
  const spec = { containers: [{ image: 'i', command: ['c'] }] };
  const complete = (jobs: Record<string, unknown>[]) => ({ [`${org}/repo`]: jobs.map((job) => ({ spec, ...job })) });
  const file = { presubmits: complete(presubmits), postsubmits: complete(postsubmits) };
  return await loadFiles({ 'config.yaml': '{}', 'jobs/jobs.yaml': JSON.stringify(file) });
}

class FilesError extends Error {}

function contextOf(given: SelectionCase['case'], config: LoadedConfig, state: { fetched?: boolean }): CommentContext {
  return {
    presubmits: config.presubmits.get(`${org}/repo`) ?? [],
    settings: given.trigger ?? {},
    people,
    changedFiles: fetchedOnce(() => {
      state.fetched = true;
      return given.filesError ? Promise.reject(new FilesError('no files')) : Promise.resolve(given.files ?? []);
    }),
    contexts: () => Promise.resolve(new Map(Object.entries(given.contexts ?? {}))),
  };
}

function pullOf(event: CommonEvent, baseRef: string): PullRequest {
  return {
    org,
    author: event.prAuthor ?? 'member',
    labels: event.prLabels ?? [],
    baseRef,
    draft: event.draft ?? false,
    mergeable: event.mergeable,
  };
}

/** The jobs that the event really starts. */
async function handled(
  event: CommentCaseEvent | PullRequestCaseEvent,
  context: CommentContext,
  baseRef: string,
): Promise<Outcome> {
  const pull = pullOf(event, baseRef);
  try {
    if (event.type === 'pull_request') {
      const changesBase = Boolean(event.changesBaseRefFrom) || Boolean(event.changesBaseShaFrom);
      const { action, label, sender = 'member' } = event;
      return { jobs: names((await selectForPullRequest({ action, label, sender, pull, changesBase }, context)).jobs) };
    }
    const { commentAction: action = 'created', body, commenter = 'member', state = 'open' } = event;
    const comment = { action, body, commenter, state, isPullRequest: !event.notPR, pull };
    const selection = await selectForComment(comment, context);
    return { jobs: selection.kind === 'run' ? names(selection.jobs) : [] };
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    return { jobs: [], error: true };
  }
}

/**
 * Relevance, and the bare filter: it is asked whoever commented where. Of a comment that does not concern us it sees the
 * whole body, because only comments that do are freed from their code blocks.
 */
async function filterOf(event: CommentCaseEvent, context: CommentContext, baseRef: string): Promise<Outcome> {
  const text = dropCodeBlocks(event.body);
  const relevant = isRelevant(text, context.presubmits);
  try {
    return { relevant, filtered: names(await presubmitsForText(relevant ? text : event.body, { baseRef }, context)) };
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    return { relevant, filteredError: true };
  }
}

function names(jobs: readonly { name: string }[]): string[] {
  return jobs.map(({ name }) => name);
}
