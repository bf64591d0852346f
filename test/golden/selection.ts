/**
 * Evaluates a case of `selection.json` (golden data, jobs/README.md): what the trigger plugin does about an event or comment, and
 * which jobs a comment means by itself.
 */
import { ConfigError } from '../../config/problem.ts';
import { labelsAndAnnotations } from '../../domain/labels.ts';
import type { JobStart } from '../../domain/effects.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { ReviewHostEvent } from '../../domain/review/events.ts';
import type { ItemContext } from '../../plugins/api.ts';
import { handleItemEvent, handlePush } from '../../plugins/dispatch.ts';
import { trigger } from '../../plugins/trigger/index.ts';
import { presubmitLabels, prowJobSpecForPostsubmit, prowJobSpecForPresubmit } from '../../rules/prowjob.ts';
import type { PushedCommit } from '../../rules/selection/changed-files.ts';
import { dropCodeBlocks } from '../../rules/selection/code-blocks.ts';
import { isRelevant, presubmitsForText } from '../../rules/selection/comment.ts';
import { branchOfRef } from '../../rules/selection/push.ts';
import { selectionContextOf } from '../../rules/selection/reads.ts';
import type { TriggerSettings } from '../../rules/selection/trust.ts';
import { loadFiles, type Evaluation } from './decode.ts';
import { isRecord } from './kind.ts';
import { org, repo } from './plugins/identifiers.ts';
import { commentKind } from './selection-comments.ts';
import { sameGolden } from './same.ts';
import { selectionWorld } from './selection-world.ts';

export interface CommonEvent {
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
  changesTitleFrom?: string;
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
    existing?: { name: string; job: string; type: string; pull: number; state: string; complete: boolean }[];
    event: CommentCaseEvent | PullRequestCaseEvent | PushCaseEvent;
  };
  expect: Record<string, unknown>;
}

const comparedKeys = [
  'loadError',
  'jobs',
  'labels',
  'filtered',
  'filteredError',
  'relevant',
  'prunesHelp',
  'filesFetched',
  'comments',
  'labelsAdded',
  'labelsRemoved',
  'aborted',
  'error',
] as const;

/** Compared also where the reference does not mention them: there they must not be. */
const always: readonly string[] = ['loadError', 'filteredError', 'error', 'labelsAdded', 'labelsRemoved', 'aborted'];

type Outcome = Partial<Record<(typeof comparedKeys)[number], unknown>>;

export async function evaluateSelectionCase({ case: given, expect }: SelectionCase): Promise<Evaluation> {
  const golden = Object.fromEntries(comparedKeys.filter((key) => key in expect).map((key) => [key, expect[key]]));
  const computed = await outcomeOf(given, expect);
  // Where the reference refuses to load, everything that we found is told.
  const isTold = (key: keyof Outcome) => key in golden || golden['loadError'] === true || always.includes(key);
  const told = comparedKeys.filter((key) => isTold(key) && computed[key] !== undefined);
  const ours = Object.fromEntries(told.map((key) => [key, computed[key]]));
  return { ours, golden, equal: sameGolden(ours, golden) };
}

async function outcomeOf(given: SelectionCase['case'], expect: SelectionCase['expect']): Promise<Outcome> {
  let config: LoadedConfig;
  try {
    config = await load(given);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { loadError: true };
  }
  const handled = await handle(given, config, expect['labels']);
  return given.event.type === 'comment' ? { ...handled, ...(await filterOf(given, given.event, config)) } : handled;
}

class FilesError extends Error {}

/** What the plugin does. */
async function handle(given: SelectionCase['case'], config: LoadedConfig, goldenLabels: unknown): Promise<Outcome> {
  const { world, events } = selectionWorld(given, config);
  const state = { fetched: false };
  const context = withFiles(given, world.context, () => (state.fetched = true));
  const starts: JobStart[] = [];
  let error = false;
  for (const event of events) {
    try {
      const effects = await handleEvent(event, context);
      starts.push(...effects.flatMap((effect) => (effect.kind === 'startJobs' ? effect.jobs : [])));
      world.apply(effects);
    } catch (failure) {
      if (!(failure instanceof FilesError)) throw failure;
      error = true;
    }
  }
  const { written } = world;
  const listed = (key: string, list: readonly string[]) => (list.length > 0 ? { [key]: list.toSorted() } : {});
  return {
    jobs: starts.map(({ job }) => job),
    labels: starts.map((start, index) => labelsOf(start, given, config, keysOf(goldenLabels, index))),
    prunesHelp: written.commentsDeleted.length > 0,
    filesFetched: state.fetched,
    comments: written.comments.map(commentKind),
    ...listed('labelsAdded', written.labelsAdded),
    ...listed('labelsRemoved', written.labelsRemoved),
    ...listed('aborted', written.jobsAborted),
    ...(error && { error }),
  };
}

async function handleEvent(event: ReviewHostEvent, context: ItemContext) {
  return event.kind === 'push' ? handlePush(trigger, event, context) : handleItemEvent(trigger, event, context);
}

function withFiles({ filesError }: SelectionCase['case'], context: ItemContext, onFetch: () => void): ItemContext {
  const changedFiles: ItemContext['host']['changedFiles'] = async () => {
    onFetch();
    if (filesError) throw new FilesError('no files');
    return await context.host.changedFiles();
  };
  return { ...context, host: { ...context.host, changedFiles } };
}

function keysOf(golden: unknown, index: number): string[] {
  const labels: unknown = Array.isArray(golden) ? golden[index] : undefined;
  return isRecord(labels) ? Object.keys(labels) : [];
}

/** Labels of the ProwJob that is started, as far as the reference tells them. */
function labelsOf(start: JobStart, { event, base }: SelectionCase['case'], config: LoadedConfig, keys: string[]) {
  const ref = event.type === 'push' ? branchOfRef(event.ref) : base;
  const refs = { org, repo, base_ref: ref ?? '' };
  const key = `${org}/${repo}`;
  const presubmit = config.presubmits.get(key)?.find(({ name }) => name === start.job);
  const postsubmit = config.postsubmits.get(key)?.find(({ name }) => name === start.job);
  const pulls = [{ number: 5, sha: 'cafe', author: 'member' }];
  const spec =
    start.type === 'presubmit'
      ? presubmit && prowJobSpecForPresubmit(presubmit, { ...refs, pulls })
      : postsubmit && prowJobSpecForPostsubmit(postsubmit, refs);
  if (!spec) return { unknown: start.job };
  const caller = presubmit ? presubmitLabels(presubmit, 'delivery') : {};
  const { labels } = labelsAndAnnotations(spec, {}, {}, { ...caller, ...start.labels });
  return Object.fromEntries(keys.map((label) => [label, labels[label]]));
}

async function load({ presubmits = [], postsubmits = [] }: SelectionCase['case']): Promise<LoadedConfig> {
  const spec = { containers: [{ image: 'i', command: ['c'] }] };
  const complete = (jobs: Record<string, unknown>[]) => ({ [`${org}/${repo}`]: jobs.map((job) => ({ spec, ...job })) });
  const file = { presubmits: complete(presubmits), postsubmits: complete(postsubmits) };
  return await loadFiles({ 'config.yaml': '{}', 'jobs/jobs.yaml': JSON.stringify(file) });
}

/**
 * Relevance, and the bare filter: it is asked whoever commented where. Of a comment that does not concern us it sees the
 * whole body, because only comments that do are freed from their code blocks.
 */
async function filterOf(
  given: SelectionCase['case'],
  { body }: { body: string },
  config: LoadedConfig,
): Promise<Outcome> {
  const asPull = { ...given, event: { type: 'comment' as const, body } };
  const context = withFiles(given, selectionWorld(asPull, config).world.context, () => undefined);
  const { pull } = context.item;
  if (!pull) throw new Error('The world of a comment has a pull request.');
  const presubmits = config.presubmits.get(`${org}/${repo}`) ?? [];
  const text = dropCodeBlocks(body);
  const relevant = isRelevant(text, presubmits);
  const selection = selectionContextOf(context, pull, presubmits);
  try {
    const jobs = await presubmitsForText(relevant ? text : body, { baseRef: given.base ?? '' }, selection);
    return { relevant, filtered: jobs.map(({ name }) => name) };
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    return { relevant, filteredError: true };
  }
}
