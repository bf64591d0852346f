/**
 * Runs the plugins of a repository on one delivery and says what they want done (architecture.md 2.2). Nothing is changed here,
 * so a repetition is harmless: reads are repeated, and chance is seeded by the delivery.
 */
import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import type { BlobStore } from '../domain/blob-store.ts';
import type { Effect } from '../domain/effects.ts';
import { mayPass } from '../domain/errors.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { enabledPlugins, externalPluginsFor } from '../domain/plugin-enablement.ts';
import { coversRepo, type PluginConfig } from '../domain/plugin-config.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { EvaluateActivities, EvaluateRequest, EventEvaluation } from '../domain/review/evaluation.ts';
import type { ReviewHostEvent } from '../domain/review/events.ts';
import { foldedLabels } from '../domain/review/folded-labels.ts';
import { sameWant, type GitFacts, type GitWant } from '../domain/review/git-facts.ts';
import type { CodeHost } from '../domain/review/host.ts';
import type { Item, PullDetails } from '../domain/review/item.ts';
import { shownLabels } from '../domain/review/shown-labels.ts';
import { settleEffects } from '../domain/settle-effects.ts';
import type { ItemContext, Plugin, RepoContext } from '../plugins/api.ts';
import { handleItemEvent, handlePush } from '../plugins/dispatch.ts';
import { pluginNamed } from '../plugins/registry.ts';
import { ownersRulesFor, type OwnersDirDenylist } from '../rules/owners/owners-rules.ts';
import { seededRandom } from '../rules/seeded-random.ts';
import { beating } from './beating.ts';
import { createGitReads, NotResolved } from './git-reads.ts';
import { hostFailure } from './host-failure.ts';
import type { OwnersCache } from './owners-cache.ts';
import { repoJobs, type RepoJobs } from './repo-jobs.ts';

export interface EvaluateDeps {
  host: (name: string) => CodeHost;
  blobs: Pick<BlobStore, 'get'>;
  /** One for the process. */
  ownersCache: OwnersCache;
  plugins: () => PluginConfig;
  config: () => LoadedConfig;
  now: () => number;
  /** Told how long a plugin took with an event, and whether it wanted anything. */
  onHandled?: (handled: HandledMetrics) => void;
  logger: Logger;
}

export interface HandledMetrics {
  plugin: string;
  /** The host's own words. */
  event: string;
  action: string;
  seconds: number;
  tookAction: boolean;
  failed: boolean;
}

/**
 * Milliseconds for which the whole delivery is evaluated again while host or storage are away. After that, plugins that cannot
 * read what they need have failed, so that one of them does not hold up the others for ever.
 */
const patienceMs = 15 * 60_000;

export function createEvaluateActivities(deps: EvaluateDeps): EvaluateActivities {
  return {
    async evaluateEvent(request) {
      try {
        return await beating(async () => await evaluate(request, deps));
      } catch (error) {
        throw hostFailure(error);
      }
    },
  };
}

async function evaluate(request: EvaluateRequest, deps: EvaluateDeps): Promise<EventEvaluation> {
  const { again } = request;
  const envelope = await loadEnvelope(deps.blobs, request.envelope);
  const { org, repo } = envelope.repo;
  const config = deps.plugins();
  const names = again === undefined ? enabledPlugins(config, org, repo) : [again];
  // A name that no plugin has is without effect, as in Prow; `bowsprit check` tells it.
  const enabled = names.flatMap((name) => pluginNamed(name) ?? []);
  const missing: GitWant[] = [];
  const onMissing = (want: GitWant) => {
    if (!missing.some((one) => sameWant(one, want))) missing.push(want);
  };
  const context = await contextOf(request, envelope, config, deps, onMissing);
  const answer = {
    // The plugin that looks again is one of ours. Without the webhook's bytes there is nothing to forward.
    forwards:
      again === undefined && envelope.payload
        ? externalPluginsFor(config, org, repo, envelope.source.event).map(({ name }) => name)
        : [],
    generation: context.shared.jobs.generation,
  };
  const results = await Promise.all(enabled.map((plugin) => runPlugin(plugin, envelope, context)));
  // They did not see all: what they want, and why they failed, may be something else next time.
  if (missing.length > 0) return { ...answer, effects: [], failures: [], missing };

  const away = results.flatMap(({ failures }) => failures).find(({ error }) => isWorthWaiting(error, deps.now()));
  if (away) throw away.error;
  for (const { plugin, handled, failures } of results) {
    for (const one of handled) deps.onHandled?.({ plugin, ...one });
    for (const { error: err } of failures) {
      deps.logger.error(
        { err, plugin, org, repo, pr: envelope.item?.number, deliveryId: envelope.id },
        'Plugin failed',
      );
    }
  }
  const failures = results.flatMap(({ plugin, effects, failures: failed, problem }) =>
    [
      ...failed.map(({ error }) => messageOf(error)),
      ...effects.flatMap((effect) => (effect.kind === 'fail' ? [effect.reason] : [])),
      ...(problem === undefined ? [] : [problem]),
    ].map((reason) => ({ plugin, reason })),
  );
  const wanted = results.map(({ plugin, effects }) => ({
    plugin,
    effects,
    // What a second look wants must not be taken for what the first one wanted.
    ...(again !== undefined && { keys: `${plugin}/again` }),
  }));
  const effects = settleEffects(envelope.delivery, wanted).filter(({ effect }) => effect.kind !== 'fail');
  return { ...answer, effects, failures };
}

interface Evaluation {
  shared: Omit<ItemContext, 'item' | 'pull' | 'presubmits' | 'postsubmits' | 'random'>;
  item: Pick<ItemContext, 'item' | 'pull'> | undefined;
  jobs: () => Promise<RepoJobs>;
}

/** All plugins get the same reads: each question is asked once. */
async function contextOf(
  request: EvaluateRequest,
  envelope: ChangeEventEnvelope,
  config: PluginConfig,
  deps: EvaluateDeps,
  onMissing: (want: GitWant) => void,
): Promise<Evaluation> {
  const { item, repo } = envelope;
  const { facts, recentLabels = [] } = request;
  const { blobs } = deps;
  const jobs = deps.config();
  const host = deps.host(envelope.host);
  const reads = host.reads({ ...repo, number: item?.number ?? 0 });
  // A second look is for what has come since.
  const shown = request.again === undefined ? shownLabels(envelope, deps.now()) : undefined;
  const isLimited = !coversRepo(config.owners.skip_collaborators, repo.org, repo.repo);
  return {
    shared: {
      ...repo,
      bot: await host.bot(),
      config,
      jobs,
      again: request.again !== undefined,
      delivery: envelope.delivery,
      now: deps.now(),
      host: { ...reads, labels: once(async () => foldedLabels(shown ?? (await reads.labels()), recentLabels)) },
      git: createGitReads({
        facts,
        blobs,
        cache: deps.ownersCache,
        onMissing,
        ownersRules: ownersRulesFor(
          repo.org,
          repo.repo,
          config.owners,
          jobs.main['owners_dir_denylist'] as OwnersDirDenylist | undefined,
        ),
        ...(isLimited && { collaborators: reads.collaborators }),
      }),
      activeJobs: async () => request.activeJobs,
    },
    item: item && { item, pull: async () => pullOf(item, facts, onMissing) },
    jobs: once(async () => await repoJobs({ config: jobs, blobs, facts, onMissing }, repo)),
  };
}

/** Whatever is resolved of an event, its item is completed with it. */
function pullOf(item: Item, facts: GitFacts | undefined, onMissing: (want: GitWant) => void): PullDetails | undefined {
  if (item.pull || !item.isPull || facts) return item.pull;
  const want: GitWant = { kind: 'owners' };
  onMissing(want);
  throw new NotResolved(want);
}

/** The same answer to all who ask. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

interface PluginResult {
  plugin: string;
  /** Of all events, in their order. */
  effects: readonly Effect[];
  failures: readonly { error: unknown }[];
  handled: readonly Omit<HandledMetrics, 'plugin'>[];
  /** Why it did not see all jobs. */
  problem?: string;
}

/** The events of the delivery one after the other. One that fails leaves the other events and plugins alone. */
async function runPlugin(
  plugin: Plugin,
  { events, delivery, source }: ChangeEventEnvelope,
  { shared, item, jobs }: Evaluation,
): Promise<PluginResult> {
  let problem: string | undefined;
  const jobsFor = async () => {
    const found = await jobs();
    problem = found.problem;
    return found;
  };
  const context: RepoContext = {
    ...shared,
    // Each plugin draws from a sequence of its own: what one takes must not change what another gets.
    random: seededRandom(`${delivery}/${plugin.name}`),
    postsubmits: async () => (await jobsFor()).postsubmits,
  };
  const itemContext: ItemContext | undefined = item && {
    ...context,
    activeJobs: shared.activeJobs,
    ...item,
    presubmits: async () => (await jobsFor()).presubmits,
  };
  const effects: Effect[] = [];
  const failures: { error: unknown }[] = [];
  const handled: Omit<HandledMetrics, 'plugin'>[] = [];
  for (const event of events) {
    const started = performance.now();
    const failed = failures.length;
    let wanted: readonly Effect[] = [];
    try {
      wanted = await handle(plugin, event, context, itemContext);
    } catch (error) {
      failures.push({ error });
    }
    effects.push(...wanted);
    handled.push({
      event: source.event,
      action: source.action ?? 'none',
      seconds: (performance.now() - started) / 1000,
      tookAction: wanted.length > 0,
      failed: failures.length > failed,
    });
  }
  return { plugin: plugin.name, effects, failures, handled, ...(problem !== undefined && { problem }) };
}

async function handle(
  plugin: Plugin,
  event: ReviewHostEvent,
  context: RepoContext,
  itemContext: ItemContext | undefined,
): Promise<readonly Effect[]> {
  if (event.kind === 'push') return await handlePush(plugin, event, context);
  return itemContext ? await handleItemEvent(plugin, event, itemContext) : [];
}

/** Limits of the host are over some time; what is away is waited for, but not for ever. */
function isWorthWaiting(error: unknown, now: number): boolean {
  if (!mayPass(error)) return false;
  const isLimit = typeof error === 'object' && error !== null && 'type' in error && error.type === 'HostRateLimited';
  return isLimit || now - Context.current().info.scheduledTimestampMs < patienceMs;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
