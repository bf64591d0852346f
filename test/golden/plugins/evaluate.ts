/**
 * Evaluates a case of `<plugin>.jsonl` (golden data, plugins/README.md): the plugin's handlers on the events of the webhook, and
 * what was written by them.
 *
 * Wording is ours, so comments are compared by their machine facts; names that the reference mentions must be mentioned by us.
 */
import { dump } from 'js-yaml';
import { ConfigError } from '../../../config/problem.ts';
import { parsePlugins } from '../../../config/load-plugins.ts';
import type { Effect } from '../../../domain/effects.ts';
import type { ReviewHostEvent } from '../../../domain/review/events.ts';
import type { ItemContext, Plugin } from '../../../plugins/api.ts';
import { handleItemEvent, handlePush } from '../../../plugins/dispatch.ts';
import { pluginNamed } from '../../../plugins/registry.ts';
import { loadFiles, type Evaluation } from '../decode.ts';
import type { PluginCase } from './case.ts';
import { commentFacts } from './comment-facts.ts';
import { eventsOf } from './events.ts';
import { org, repo } from './identifiers.ts';
import { withEqualSuggestion } from './suggestions.ts';
import { concernsHead, createWorld, type World, type Written } from './world.ts';

/** A second look comes once; whoever wants a third has a bug. */
const maxLooks = 2;

type Facts = Record<string, unknown>;

export async function evaluatePluginCase(given: PluginCase): Promise<Evaluation> {
  const ours = comparable(await effectsOf(given), given);
  const golden = await withEqualSuggestions(comparable(given.effects, given), ours, given);
  return { ours, golden, equal: JSON.stringify(ours) === JSON.stringify(golden) };
}

/** What the plugin writes in the world of a case, in the words of the golden data. */
export async function effectsOf(given: PluginCase): Promise<Facts> {
  const plugin = pluginNamed(given.plugin);
  if (!plugin) return { notYet: given.plugin };
  let world;
  try {
    world = await worldOf(given);
  } catch (error) {
    if (error instanceof ConfigError) return { configError: true };
    throw error;
  }
  try {
    for (const event of eventsOf(given)) await handleUntilSettled(plugin, event, world);
  } catch (error) {
    if (isBug(error)) throw error;
    return { ...factsOf(world.written, given), error: true };
  }
  return factsOf(world.written, given);
}

/** Only the plugin of the case is on. Throws ConfigError where `plugins.yaml` is refused. */
async function worldOf(given: PluginCase): Promise<World> {
  const plugins = { [`${org}/${repo}`]: { plugins: [given.plugin] } };
  const config = pluginsFrom(dump({ ...given.config, plugins }));
  const jobs = await jobsFrom(dump(withPodSpecs(given.prow ?? {})));
  return createWorld(given, config, jobs);
}

const pluginsFrom = rememberingLast((text) => parsePlugins('plugins.yaml', text));
const jobsFrom = rememberingLast((text) => loadFiles({ 'config.yaml': text }));

/** Most cases have the configuration of the one before, which nobody changes. */
function rememberingLast<T>(read: (text: string) => T): (text: string) => T {
  let last: { text: string; value: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}

/** All that the plugin wants done at first sight, as it says it; nothing is applied. */
export async function wantedEffects(given: PluginCase): Promise<readonly Effect[]> {
  const plugin = pluginNamed(given.plugin);
  if (!plugin) throw new Error(`There is no plugin ${given.plugin}.`);
  const { context } = await worldOf(given);
  const wanted: Effect[] = [];
  for (const event of eventsOf(given)) wanted.push(...(await handle(plugin, event, context)));
  return wanted;
}

/** With our suggestions in the golden notifications, where those are as good. */
async function withEqualSuggestions(golden: Facts, ours: Facts, given: PluginCase): Promise<Facts> {
  const comments = listOf(golden['commentsCreated']);
  if (given.plugin !== 'approve' || comments.length === 0) return golden;
  const { context } = await worldOf(given);
  const files = await context.host.changedFiles();
  const world = { owners: await context.git.owners(), paths: files.map(({ path }) => path), item: context.item };
  const ourComments = listOf(ours['commentsCreated']);
  const equal = comments.map((comment, index) => {
    const same = ourComments[index];
    return isFacts(comment) && isFacts(same) ? withEqualSuggestion(comment, same, world) : comment;
  });
  return { ...golden, commentsCreated: equal };
}

/** A handler that fails says why; anything else is ours to mend. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

async function handleUntilSettled(plugin: Plugin, event: ReviewHostEvent, world: World): Promise<void> {
  if (!concernsHead(event, world.context)) return;
  for (let look = 0; look < maxLooks; look += 1) {
    const effects = await handle(plugin, event, { ...world.context, again: look > 0 });
    if (!world.apply(effects)) return;
  }
}

async function handle(plugin: Plugin, event: ReviewHostEvent, context: ItemContext): Promise<readonly Effect[]> {
  return event.kind === 'push' ? handlePush(plugin, event, context) : handleItemEvent(plugin, event, context);
}

/** Jobs of cases have no pod spec; the loader wants one. */
function withPodSpecs(prow: Record<string, unknown>): Record<string, unknown> {
  const spec = { containers: [{ image: 'i', command: ['c'] }] };
  const withSpec = (value: unknown) =>
    Object.fromEntries(
      Object.entries(value ?? {}).map(([key, jobs]) => [
        key,
        Array.isArray(jobs) ? jobs.map((job: object) => ({ spec, ...job })) : jobs,
      ]),
    );
  return {
    ...prow,
    ...('presubmits' in prow && { presubmits: withSpec(prow['presubmits']) }),
    ...('postsubmits' in prow && { postsubmits: withSpec(prow['postsubmits']) }),
  };
}

function factsOf(written: Written, given: PluginCase): Facts {
  const { comments, reviews, statuses, bodyChanged, title, milestone, itemReactions, error, ...lists } = written;
  const goldenComments = listOf(given.effects['commentsCreated']);
  return {
    ...lists,
    commentsCreated: comments.map((body, index) => ({
      ...commentFacts(body),
      names: namesIn(body, goldenComments[index]),
    })),
    reviewsCreated: reviews.map(({ body, comments: inline }) => ({
      event: 'COMMENT',
      comments: inline.map(({ path, position }) => ({ path, position })),
      body: commentFacts(body),
    })),
    statusesSet: statuses.map((status) => statusFacts(status, given.effects['statusesSet'])),
    ...(bodyChanged && { bodyChanged }),
    ...(title !== undefined && { title }),
    ...(milestone !== undefined && { milestoneSet: [milestone] }),
    ...(itemReactions > 0 && { itemReactions }),
    ...(error && { error }),
  };
}

/** The description, and its length in characters, where the reference has one: elsewhere it is wording. */
function statusFacts({ context, state, description }: Written['statuses'][number], golden: unknown): Facts {
  const theirs = listOf(golden).find((one) => isFacts(one) && one['context'] === context);
  if (isFacts(theirs) && theirs['description'] === undefined) return { context, state };
  return { context, state, description, descriptionLength: Array.from(description).length };
}

/** Of the names that the reference mentions in a comment, those that stand in ours. */
function namesIn(body: string, golden: unknown): string[] {
  const names = isFacts(golden) ? listOf(golden['names']).map(String) : [];
  return names.filter((name) => body.includes(name));
}

/** Lists whose order means nothing. */
const unordered = [
  'labelsAdded',
  'labelsRemoved',
  'labelRemovalsOfAbsent',
  'assigned',
  'unassigned',
  'reviewersRequested',
  'teamReviewersRequested',
  'reviewersUnrequested',
  'teamReviewersUnrequested',
  'commentsDeleted',
  'jobsAborted',
  'commentReactions',
];
/** Facts of a comment that hint at wording (README). */
const hints = new Set(['quoted', 'image', 'sanitizedJoke']);

/** Without what is empty, in one order, with what depends on chance or wording left out. */
function comparable(effects: Facts, given: PluginCase): Facts {
  const facts: Facts = {};
  for (const [key, value] of Object.entries(effects)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (unordered.includes(key)) facts[key] = listOf(value).map(lowered(key)).toSorted(byValue);
    else if (key === 'commentsCreated')
      facts[key] = withoutRepeats(
        listOf(value).map((one) => commentOf(one)),
        given,
      );
    else if (key === 'stateChanges') facts[key] = listOf(value).map((one) => inOrder(one));
    else if (key === 'reviewsCreated') facts[key] = listOf(value).map((one) => reviewOf(one));
    else if (key === 'statusesSet')
      facts[key] = listOf(value)
        .map((one) => statusOf(one))
        .toSorted(byText);
    else if (key === 'jobsCreated')
      facts[key] = listOf(value)
        .map((one) => inOrder(one))
        .toSorted(byText);
    else if (key === 'commentReactions' || key === 'itemReactions') facts[key] = value;
    else facts[key] = value;
  }
  return inOrder(facts);
}

/** Logins are the same in any case. */
function lowered(key: string): (value: unknown) => unknown {
  const isPeople = /assigned|[Rr]eviewers/.test(key);
  return (value) => (isPeople && typeof value === 'string' ? value.toLowerCase() : value);
}

function commentOf(value: unknown): Facts {
  if (!isFacts(value)) return {};
  const kept = Object.entries(value).filter(
    ([key, fact]) => !hints.has(key) && !(Array.isArray(fact) && fact.length === 0),
  );
  const facts = Object.fromEntries(kept);
  // Whether a comment that addresses nobody has a details block is wording.
  if (facts['kind'] === 'simple') facts['kind'] = 'plain';
  return inOrder({ ...facts, ...(Array.isArray(facts['names']) && { names: facts['names'].toSorted(byValue) }) });
}

function reviewOf(value: unknown): Facts {
  if (!isFacts(value)) return {};
  return inOrder({ ...value, body: commentOf(value['body']) });
}

/** Padding counts as one blank, and the base as a word; the length tells how much there was. */
function statusOf(value: unknown): Facts {
  if (!isFacts(value)) return {};
  const { descriptionLength, description, ...rest } = value;
  const text = typeof description === 'string' ? description : '';
  if (text === '') return inOrder(rest);
  return inOrder({
    descriptionLength,
    ...rest,
    description: text.replaceAll(/[\s\u2001]+/g, ' ').replace(/BaseSHA:[0-9a-f]{40}/, 'BaseSHA:<BASESHA>'),
  });
}

/** Where two handlers of the reference ran at once, each may have said the same. */
function withoutRepeats(comments: Facts[], { concurrentHandlers }: PluginCase): Facts[] {
  if (!concurrentHandlers) return comments;
  return [...new Map(comments.map((one) => [JSON.stringify(one), one])).values()];
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function inOrder(value: unknown): Facts {
  if (!isFacts(value)) return {};
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** As texts. */
function byValue(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}

function byText(a: Facts, b: Facts): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
