/** `podinfo.json`: the pod, its events and its node, as the cluster last had them (spec jobs.md 6.3). */
import type { Logger } from 'pino';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { ClusterEvent, Pod } from './api-types.ts';
import type { PodsApi } from './pods-api.ts';

/** Events and node are extras: where they may not be read, the pod is stored without them. Answers with the events. */
export async function storePodInfo(
  { api, blobs, logger }: { api: Pick<PodsApi, 'events' | 'node'>; blobs: BlobStore; logger: Logger },
  pod: Pod,
  runKey: string,
): Promise<ClusterEvent[]> {
  const extra = (what: string) => (err: unknown) => {
    logger.warn({ err, pod: pod.metadata.name }, `podinfo.json has no ${what}`);
    return undefined;
  };
  const nodeName = pod.spec?.nodeName;
  const [events, node] = await Promise.all([
    api.events(pod.metadata.uid).catch(extra('events')),
    nodeName ? api.node(nodeName).catch(extra('node')) : undefined,
  ]);
  const info = {
    pod: withoutManagedFields({ apiVersion: 'v1', kind: 'Pod', ...pod }),
    ...(events?.length && { events: events.map(withoutManagedFields) }),
    ...(node !== undefined && { node: withoutManagedFields(node) }),
  };
  await blobs.put(`${runKey}/podinfo.json`, JSON.stringify(info, null, '\t'), { contentType: 'application/json' });
  return events ?? [];
}

/** Bookkeeping of the API server that is longer than the rest and says nothing about the run. */
function withoutManagedFields(object: unknown): unknown {
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return object;
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null) return object;
  return { ...object, metadata: { ...metadata, managedFields: undefined } };
}
