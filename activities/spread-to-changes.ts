/**
 * Hands a status, which names a commit and no change, to the changes that it is about (integrations.md 1.6): each gets an envelope
 * of its own, with the change in it.
 *
 * Every status that we write comes back as an event, and few plugins look at any: the host is asked only where one does.
 */
import type { BlobStore } from '../domain/blob-store.ts';
import { enabledPlugins } from '../domain/plugin-enablement.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import type { ActorSignals } from '../domain/review/actor-target.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { StatusEvent } from '../domain/review/events.ts';
import type { CodeHost } from '../domain/review/host.ts';
import type { SpreadActivities } from '../domain/review/spread.ts';
import { pluginNamed } from '../plugins/registry.ts';
import { hostFailure } from './host-failure.ts';
import { inParallel } from './in-parallel.ts';
import { storeEnvelope, type EnvelopeStorage } from './store-envelope.ts';

export interface SpreadDeps extends EnvelopeStorage {
  host: (name: string) => CodeHost;
  blobs: Pick<BlobStore, 'get' | 'put'>;
  plugins: () => PluginConfig;
  signals: ActorSignals;
}

/** Changes under way at once; hardly any commit is the head of more than one. */
const parallel = 4;

export function createSpreadActivities(deps: SpreadDeps): SpreadActivities {
  return {
    async spreadToChanges({ envelope, sha }) {
      try {
        return await spread(await loadEnvelope(deps.blobs, envelope), sha, deps);
      } catch (error) {
        throw hostFailure(error);
      }
    },
  };
}

async function spread(envelope: ChangeEventEnvelope, sha: string, deps: SpreadDeps): Promise<readonly number[]> {
  const { repo } = envelope;
  const { signals, plugins } = deps;
  const statuses = envelope.events.filter((event) => event.kind === 'status');
  if (!statuses.some((status) => isWanted(status, envelope, plugins()))) return [];
  const host = deps.host(envelope.host);
  const told: number[] = [];
  await inParallel(parallel, await host.openChangesOf(repo, sha), async (number) => {
    const item = await host.item({ ...repo, number });
    // It may have moved on, or been closed, since the host listed it.
    if (item?.state !== 'open' || item.pull?.head.sha !== sha) return;
    const { payload: _forForwards, stored: _asItWas, ...rest } = envelope;
    // A delivery of its own: what is kept or started for one change must not be taken for another's.
    const ofChange = {
      ...rest,
      id: `${envelope.id}-${number}`,
      delivery: `${envelope.delivery}-${number}`,
      item,
    };
    const target = { kind: 'change' as const, host: envelope.host, ...repo, number };
    await signals.changeEventsReceived(target, [await storeEnvelope(ofChange, 'event', deps)]);
    told.push(number);
  });
  return told.toSorted((a, b) => a - b);
}

function isWanted(status: StatusEvent, { repo }: ChangeEventEnvelope, config: PluginConfig): boolean {
  return enabledPlugins(config, repo.org, repo.repo).some((name) => {
    const plugin = pluginNamed(name);
    return plugin?.onStatus !== undefined && (plugin.wantsStatus?.(status, config) ?? true);
  });
}
