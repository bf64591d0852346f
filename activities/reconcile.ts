/**
 * Finds what no webhook has told: compares the open changes of each repository with how they were when they were compared last,
 * asks the actors of those that differ what they know, and sends them the events that they miss (integrations.md 6.5).
 *
 * The first look at a repository tells nobody anything: what was there before us is as it is. A change is compared again in the
 * next pass until its actor has been told, and events have ids of their own, so that a repetition is handled once.
 */
import type { Logger } from 'pino';
import type { ActorKnowledge } from '../clients/temporal/actor-knowledge.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import { enabledPlugins, externalPluginsFor } from '../domain/plugin-enablement.ts';
import type { ActorSignals, ChangeTarget } from '../domain/review/actor-target.ts';
import type { CodeHost, OpenChange } from '../domain/review/host.ts';
import { fullName, type RepoName } from '../domain/review/item.ts';
import type { LateWebhook, MissedEvent } from '../domain/review/missed-event.ts';
import {
  differencesSince,
  markOf,
  missedEvents,
  type Difference,
  type RepoMarks,
} from '../domain/review/missed-events.ts';
import type { ReconcileActivities, ReconciledChanges, ReconcileRequest } from '../domain/review/reconcile-pass.ts';
import { stableHash } from '../domain/wire.ts';
import { acceptWebhook } from '../providers/github/accept-webhook.ts';
import { HostRateLimited, HostRefusal, HostUnavailable } from '../providers/host-failures.ts';
import { beating } from './beating.ts';
import { hostFailure } from './host-failure.ts';

export interface ReconcileDeps {
  host: (name: string) => CodeHost;
  plugins: () => PluginConfig;
  actors: ActorKnowledge;
  signals: ActorSignals;
  blobs: Pick<BlobStore, 'get' | 'put'>;
  /** `<bucket>/<path>` of webhooks; marks are beside them. Without a trailing slash. */
  folder: string;
  logger: Logger;
}

/** Marks that change never are written anew before a sweep of old events takes them away. */
const rewriteMs = 24 * 60 * 60_000;
/** Repositories of which one after the other cannot be had: then it is the host. */
const maxAway = 3;
const maxYoung = 100;
const maxFailed = 20;

export function createReconcileActivities(deps: ReconcileDeps): ReconcileActivities {
  return {
    async reconcileChanges(request) {
      const host = deps.host(request.host);
      const young: string[] = [];
      const failed: { repo: string; reason: string }[] = [];
      const result = { repos: 0, changes: 0, told: {} as Record<string, number> };
      let away = 0;
      const fail = (repo: string, error: unknown) => {
        away = error instanceof HostUnavailable ? away + 1 : 0;
        // Nothing else can be asked either.
        if (away >= maxAway || error instanceof HostRateLimited || isUnauthorised(error)) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        deps.logger.warn({ err: error, host: request.host, repo }, 'A repository could not be compared');
        if (failed.length < maxFailed) failed.push({ repo, reason: reason.slice(0, 300) });
      };
      try {
        await beating(async (beat) => {
          for await (const repo of reposToCompare(host, deps.plugins(), request.repos, fail)) {
            const name = fullName(repo);
            beat(name);
            try {
              const look = new RepoLook(deps, host, request, repo, () => beat(name));
              const isYoung = await look.compare();
              away = 0;
              result.repos += 1;
              result.changes += look.changes;
              for (const action of look.told) result.told[action] = (result.told[action] ?? 0) + 1;
              if (isYoung && young.length < maxYoung) young.push(name);
            } catch (error) {
              fail(name, error);
            }
          }
        });
      } catch (error) {
        throw hostFailure(error);
      }
      return { ...result, young, failed } satisfies ReconciledChanges;
    },
  };
}

function isUnauthorised(error: unknown): boolean {
  return error instanceof HostRefusal && error.type === 'HostAuth';
}

/** Those in which plugins are on; of organisations all, as the host lists them. */
async function* reposToCompare(
  host: CodeHost,
  config: PluginConfig,
  wanted: readonly string[] | undefined,
  fail: (repo: string, error: unknown) => void,
): AsyncGenerator<RepoName> {
  const seen = new Set<string>();
  for (const key of new Set(wanted ?? [...config.plugins.keys(), ...config.external_plugins.keys()])) {
    const [org = '', one] = key.split('/');
    let repos: readonly string[] = [];
    try {
      repos = one === undefined ? await host.reposOf(org) : [one];
    } catch (error) {
      fail(key, error);
    }
    for (const repo of repos) {
      const name = fullName({ org, repo });
      if (seen.has(name)) continue;
      seen.add(name);
      const isWatched =
        enabledPlugins(config, org, repo).length > 0 ||
        externalPluginsFor(config, org, repo, 'pull_request').length > 0;
      if (isWatched) yield { org, repo };
    }
  }
}

/** One look at one repository. */
class RepoLook {
  changes = 0;
  /** Actions of the events that actors were told. */
  readonly told: string[] = [];
  readonly #deps: ReconcileDeps;
  readonly #host: CodeHost;
  readonly #request: ReconcileRequest;
  readonly #repo: RepoName;
  readonly #beat: () => void;

  constructor(deps: ReconcileDeps, host: CodeHost, request: ReconcileRequest, repo: RepoName, beat: () => void) {
    this.#deps = deps;
    this.#host = host;
    this.#request = request;
    this.#repo = repo;
    this.#beat = beat;
  }

  /** Whether something was left alone because it is too young. */
  async compare(): Promise<boolean> {
    const { folder, logger } = this.#deps;
    const key = `${folder}/reconcile/${this.#request.host}/${this.#repo.org}/${this.#repo.repo}.json`;
    const before = await this.#readMarks(key);
    const open: OpenChange[] = [];
    for await (const change of this.#host.openChanges(this.#repo)) {
      open.push(change);
      this.#beat();
    }
    this.changes = open.length;
    const changes = Object.fromEntries(open.map((change) => [change.number, markOf(change)]));
    const unsettled: Record<string, string> = {};
    let isYoung = false;
    for (const difference of before ? differencesSince(before, open) : []) {
      this.#beat();
      const { number, mark } = difference;
      const since = before?.unsettled?.[number] ?? before?.at ?? '';
      let outcome: 'done' | 'young' | 'failed' = 'failed';
      try {
        outcome = await this.#settle(difference, since);
      } catch (error) {
        if (error instanceof HostRateLimited || error instanceof HostRefusal) throw error;
        logger.warn({ err: error, ...this.#repo, pr: number }, 'A change could not be compared');
      }
      isYoung ||= outcome === 'young';
      if (outcome === 'done') continue;
      // As it was: the next look finds the same difference.
      unsettled[number] = since;
      if (mark) changes[number] = mark;
      else delete changes[number];
    }
    const at = new Date(this.#request.nowMs).toISOString();
    const isOpen = Object.keys(unsettled).length > 0;
    await this.#writeMarks(key, before, { v: 1, at, changes, ...(isOpen && { unsettled }) });
    return isYoung;
  }

  async #settle(difference: Difference, since: string): Promise<'done' | 'young'> {
    const { number, now } = difference;
    if (now && this.#isYoung(now.updatedAt)) return 'young';
    const target: ChangeTarget = { kind: 'change', host: this.#request.host, ...this.#repo, number };
    const known = await this.#deps.actors.of(target);
    // What it has been sent may be just this.
    if (known && known.waiting > 0) return 'young';
    for (const missed of missedEvents(difference, { told: known?.told, since })) {
      const late = await this.#host.lateWebhook?.({ ...this.#repo, number }, missed);
      if (!late) return 'done';
      if (this.#isYoung(late.updatedAt) || !isStillSo(difference, late)) return 'young';
      await this.#tell(target, missed, late);
    }
    return 'done';
  }

  async #tell(target: ChangeTarget, missed: MissedEvent, late: LateWebhook): Promise<void> {
    const { blobs, folder, logger, plugins, signals } = this.#deps;
    const delivery = deliveryOf(target, missed, late);
    const accepted = acceptWebhook(
      {
        blobs,
        folder,
        logger,
        pluginConfig: plugins,
        storageTimeoutMs: 10_000,
        now: () => new Date(this.#request.nowMs),
      },
      {
        host: target.host,
        event: late.event,
        delivery,
        body: late.body,
        payload: late.payload,
        headers: { 'content-type': 'application/json', 'x-github-event': late.event, 'x-github-delivery': delivery },
      },
    );
    if ('ignored' in accepted) return;
    const { envelope } = await accepted.enveloped;
    await signals.changeEventsReceived(target, [envelope]);
    this.told.push(missed.action);
    const { org, repo, number } = target;
    logger.info({ org, repo, pr: number, deliveryId: delivery, action: missed.action }, 'No webhook had told of this');
  }

  #isYoung(updatedAt: string): boolean {
    return Date.parse(updatedAt) > this.#request.nowMs - this.#request.graceMs;
  }

  async #readMarks(key: string): Promise<RepoMarks | undefined> {
    const content = await this.#deps.blobs.get(key);
    if (!content) return undefined;
    const marks = JSON.parse(new TextDecoder().decode(content)) as RepoMarks;
    return marks.v === 1 ? marks : undefined;
  }

  async #writeMarks(key: string, before: RepoMarks | undefined, now: RepoMarks): Promise<void> {
    const content = ({ changes, unsettled }: RepoMarks) => JSON.stringify([changes, unsettled]);
    if (before && content(before) === content(now) && Date.parse(now.at) - Date.parse(before.at) < rewriteMs) return;
    await this.#deps.blobs.put(key, JSON.stringify(now), { contentType: 'application/json' });
  }
}

/** Whether the change is what it was when it was listed: it may move while it is being looked at. */
function isStillSo({ now }: Difference, { item }: LateWebhook): boolean {
  if (!now) return item.state === 'closed';
  const { head, base, draft } = item.pull;
  return item.state === 'open' && head.sha === now.headSha && base.ref === now.baseRef && draft === now.draft;
}

/** The same for the same: an actor handles it once. Apart for each repository, since jobs are named by their delivery. */
function deliveryOf(
  { org, repo, number }: ChangeTarget,
  { action }: MissedEvent,
  { item, updatedAt }: LateWebhook,
): string {
  const what = action === 'synchronize' ? item.pull.head.sha : updatedAt.replaceAll(/\D/g, '');
  return `reconcile-${stableHash(`${org}/${repo}`).slice(0, 8)}-${number}-${action}-${what}`;
}
