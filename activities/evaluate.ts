/**
 * Runs the plugins of a repository on one event and says what they want done (architecture.md 2.2). Nothing is changed here, so
 * a repetition is harmless: reads are repeated, and chance is seeded by the delivery.
 */
import type { Logger } from 'pino';
import type { Postsubmit, Presubmit } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { enabledPlugins } from '../domain/plugin-enablement.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import type { ReviewHostEvent } from '../domain/review/events.ts';
import type { CodeHost, ItemName } from '../domain/review/host.ts';
import type { Item, RepoName } from '../domain/review/item.ts';
import { settleEffects, type KeyedEffect, type PluginEffects } from '../domain/settle-effects.ts';
import type { GitReads, ItemContext, Plugin, RepoContext } from '../plugins/api.ts';
import { handleItemEvent, handlePush } from '../plugins/dispatch.ts';
import { pluginNamed } from '../plugins/registry.ts';
import { seededRandom } from '../rules/seeded-random.ts';

export interface EvaluateRequest extends RepoName {
  /** Name of the host in the configuration. */
  host: string;
  delivery: string;
  event: ReviewHostEvent;
  /** As the event brought it, with the effects of earlier events folded in; absent for pushes. */
  item?: Item;
  /** Only this plugin, which asked to look again. */
  again?: string;
}

export interface EventEvaluation {
  effects: KeyedEffect[];
  /** Plugins that could do nothing, or not all: the others are not held up (spec plugins-review.md A.7). */
  failures: { plugin: string; reason: string }[];
  /** Generation of the configuration that it was evaluated with. */
  generation: string;
}

export interface EvaluateActivities {
  evaluateEvent: (request: EvaluateRequest) => Promise<EventEvaluation>;
}

export interface EvaluateDeps {
  host: (name: string) => CodeHost;
  git: (request: EvaluateRequest) => GitReads;
  plugins: () => PluginConfig;
  config: () => LoadedConfig;
  /** Central and in-repo jobs. */
  presubmits: (request: EvaluateRequest) => Promise<readonly Presubmit[]>;
  postsubmits: (request: EvaluateRequest) => Promise<readonly Postsubmit[]>;
  activeJobs: (host: string, change: ItemName) => ReturnType<ItemContext['activeJobs']>;
  now: () => number;
  /** Told how long a plugin took, and whether it wanted anything. */
  onHandled?: (handled: {
    plugin: string;
    event: string;
    seconds: number;
    tookAction: boolean;
    failed: boolean;
  }) => void;
  logger: Logger;
}

export function createEvaluateActivities(deps: EvaluateDeps): EvaluateActivities {
  return {
    async evaluateEvent(request) {
      const { org, repo, delivery, again } = request;
      const config = deps.plugins();
      const names = again === undefined ? enabledPlugins(config, org, repo) : [again];
      // A name that no plugin has is without effect, as in Prow; `bowsprit check` tells it.
      const enabled = names.flatMap((name) => pluginNamed(name) ?? []);
      const failures: EventEvaluation['failures'] = [];
      const wanted: PluginEffects[] = [];
      const context = await contextOf(request, config, deps);
      const results = await Promise.all(enabled.map((plugin) => run(plugin, request, context, deps)));
      for (const { plugin, effects, failure } of results) {
        if (effects.length > 0) wanted.push({ plugin, effects });
        if (failure !== undefined) failures.push({ plugin, reason: failure });
        for (const effect of effects) if (effect.kind === 'fail') failures.push({ plugin, reason: effect.reason });
      }
      const effects = settleEffects(delivery, wanted).filter(({ effect }) => effect.kind !== 'fail');
      return { effects, failures, generation: deps.config().generation };
    },
  };
}

async function contextOf(
  request: EvaluateRequest,
  config: PluginConfig,
  deps: EvaluateDeps,
): Promise<RepoContext | ItemContext> {
  const { org, repo, delivery, item, again } = request;
  const host = deps.host(request.host);
  const change = { org, repo, number: item?.number ?? 0 };
  const context: RepoContext = {
    org,
    repo,
    bot: await host.bot(),
    config,
    jobs: deps.config(),
    again: again !== undefined,
    delivery,
    now: deps.now(),
    random: seededRandom(delivery),
    // One value for all plugins: each question is asked once.
    host: host.reads(change),
    git: deps.git(request),
    postsubmits: once(() => deps.postsubmits(request)),
  };
  if (!item) return context;
  return {
    ...context,
    item,
    presubmits: once(() => deps.presubmits(request)),
    activeJobs: once(() => deps.activeJobs(request.host, change)),
  };
}

/** The same answer to all who ask. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

interface Handled extends PluginEffects {
  failure?: string;
}

/** One plugin that fails leaves the others alone. */
async function run(
  plugin: Plugin,
  { event, org, repo, delivery, item }: EvaluateRequest,
  context: RepoContext | ItemContext,
  { logger, onHandled }: EvaluateDeps,
): Promise<Handled> {
  const started = performance.now();
  const done = (handled: Handled): Handled => {
    const seconds = (performance.now() - started) / 1000;
    const failed = handled.failure !== undefined;
    onHandled?.({ plugin: plugin.name, event: event.kind, seconds, tookAction: handled.effects.length > 0, failed });
    return handled;
  };
  try {
    // Each plugin draws from a sequence of its own: what one takes must not change what another gets.
    const own = { ...context, random: seededRandom(`${delivery}/${plugin.name}`) };
    const effects =
      event.kind === 'push'
        ? await handlePush(plugin, event, own)
        : 'item' in own
          ? await handleItemEvent(plugin, event, own)
          : [];
    return done({ plugin: plugin.name, effects });
  } catch (err) {
    logger.error({ err, plugin: plugin.name, org, repo, pr: item?.number, deliveryId: delivery }, 'Plugin failed');
    return done({ plugin: plugin.name, effects: [], failure: err instanceof Error ? err.message : String(err) });
  }
}
