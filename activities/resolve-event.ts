/**
 * Completes an event before its plugins are run (architecture.md 2.2): the change as the host has it now, where the event does
 * not say it, and what is usually read of the repository's files. On the queue `git`, where the mirrors are.
 */
import { cancellationSignal } from '@temporalio/activity';
import { isInRepoEnabled } from '../config/in-repo.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import { enabledPlugins } from '../domain/plugin-enablement.ts';
import { callsForFiles } from '../domain/review/default-wants.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import { briefOf } from '../domain/review/event-brief.ts';
import type { PushEvent } from '../domain/review/events.ts';
import { sameWant, type GitFacts, type GitWant } from '../domain/review/git-facts.ts';
import type { CodeHost } from '../domain/review/host.ts';
import type { ResolveActivities, ResolvedEvent, ResolveRequest } from '../domain/review/resolved-event.ts';
import { pluginNamed } from '../plugins/registry.ts';
import { ownersRulesFor, type OwnersDirDenylist } from '../rules/owners/owners-rules.ts';
import { branchOfRef } from '../rules/selection/push.ts';
import { beating } from './beating.ts';
import { hostFailure } from './host-failure.ts';
import { storeEnvelope } from './store-envelope.ts';
import { readFacts, type FactsDeps, type FactsRequest } from './read-facts.ts';

export interface ResolveDeps extends FactsDeps {
  host: (name: string) => CodeHost;
  /** `<bucket>/<path>` below which the gateway stores webhooks, without a trailing slash. */
  eventsFolder: string;
  plugins: () => PluginConfig;
  config: () => LoadedConfig;
}

export function createResolveActivities(deps: ResolveDeps): ResolveActivities {
  return {
    async resolveEvent(request) {
      try {
        return await beating(async () => await resolve(request, deps, cancellationSignal()));
      } catch (error) {
        throw hostFailure(error);
      }
    },
  };
}

async function resolve(request: ResolveRequest, deps: ResolveDeps, signal: AbortSignal): Promise<ResolvedEvent> {
  const given = await loadEnvelope(deps.blobs, request.envelope);
  const wants = wantsOf(request, given, deps);
  const whole = wants.length > 0 ? await completed(given, deps) : given;
  const facts = wants.length > 0 ? await factsOf(whole, wants, request.known, deps, signal) : request.known;
  return {
    envelope: whole === given ? request.envelope : await storeEnvelope(whole, 'resolved', deps),
    brief: briefOf(whole),
    ...(facts && { facts }),
  };
}

/** Each once: what was asked for, and what plugins usually read when they see such an event. */
function wantsOf(
  { wants = [], known }: ResolveRequest,
  envelope: ChangeEventEnvelope,
  { config, plugins }: Pick<ResolveDeps, 'config' | 'plugins'>,
): GitWant[] {
  const { org, repo } = envelope.repo;
  const all: GitWant[] = [];
  const add = (want: GitWant) => {
    if (!all.some((one) => sameWant(one, want))) all.push(want);
  };
  for (const { want } of [...(known?.read ?? []), ...(known?.unreadable ?? [])]) add(want);
  if (callsForFiles(envelope)) {
    if (envelope.item) add({ kind: 'owners' });
    if (isInRepoEnabled(config(), org, repo)) add({ kind: 'inRepo' });
    if (envelope.events.some(({ kind }) => kind === 'pull')) {
      const enabled = enabledPlugins(plugins(), org, repo).flatMap((name) => pluginNamed(name) ?? []);
      for (const path of enabled.flatMap(({ baseFiles = [] }) => baseFiles)) add({ kind: 'baseFile', path });
    }
  }
  for (const want of wants) add(want);
  return all;
}

/** A comment does not say the branches of its pull. */
async function completed(
  envelope: ChangeEventEnvelope,
  { host }: Pick<ResolveDeps, 'host'>,
): Promise<ChangeEventEnvelope> {
  const { item, repo } = envelope;
  if (!item?.isPull || item.pull) return envelope;
  const now = await host(envelope.host).item({ ...repo, number: item.number });
  return now ? { ...envelope, item: now } : envelope;
}

async function factsOf(
  envelope: ChangeEventEnvelope,
  wants: readonly GitWant[],
  known: GitFacts | undefined,
  deps: ResolveDeps,
  signal: AbortSignal,
): Promise<GitFacts> {
  const { repo } = envelope;
  const place = placeOf(envelope, known, deps.host(envelope.host));
  if (!place) {
    // Nothing that would be otherwise next time.
    const reason = envelope.item?.isPull ? 'the host has no such change any more.' : 'the event is about no branch.';
    return {
      baseRef: '',
      baseSha: '',
      read: [],
      unreadable: wants.map((want) => ({ want, problem: 'baseGone', reason })),
    };
  }
  const host = deps.host(envelope.host);
  const denylist = deps.config().main['owners_dir_denylist'] as OwnersDirDenylist | undefined;
  return await readFacts(
    {
      ...place,
      target: { host: envelope.host, ...repo, access: async () => await host.gitAccess(repo) },
      since: Date.parse(envelope.receivedAt),
      wants,
      ownersRules: ownersRulesFor(repo.org, repo.repo, deps.plugins().owners, denylist),
      signal,
    },
    deps,
  );
}

type Place = Pick<FactsRequest, 'baseRef' | 'baseSha' | 'baseHint' | 'head'>;

/** The commits that the event is about; undefined where there are none. */
function placeOf(
  { item, events }: ChangeEventEnvelope,
  known: GitFacts | undefined,
  host: CodeHost,
): Place | undefined {
  const push = events.find((event): event is PushEvent => event.kind === 'push');
  if (push && !push.deleted) {
    return { baseRef: branchOfRef(push.ref), baseSha: push.after, baseHint: push.ref };
  }
  if (!item?.pull) return undefined;
  const { base, head } = item.pull;
  const baseRef = known?.baseRef || base.ref;
  return {
    baseRef,
    ...(known && known.baseSha !== '' && { baseSha: known.baseSha, baseHint: `refs/heads/${baseRef}` }),
    head: { sha: known?.headSha ?? head.sha, ref: host.changeRef(item.number) },
  };
}
