/**
 * The calls to a build cluster's API that runs need, each once: no retries, no state.
 */
import type { IncomingMessage } from 'node:http';
import { ApiRefusal, missing } from './api-error.ts';
import type { ClusterEvent, Pod, PodList } from './api-types.ts';
import type { ClusterConnection } from './connection.ts';

export interface LogRequest {
  container: string;
  /** Whole seconds count; older lines are left out. */
  sinceTime?: string;
  /** Each line begins with its time and a space. */
  timestamps?: boolean;
  /** Goes on until the container has ended. */
  follow?: boolean;
  signal?: AbortSignal;
}

export interface PodsApi {
  create(pod: { metadata: { name: string } }): Promise<Pod>;
  /** Undefined where there is none. */
  get(name: string): Promise<Pod | undefined>;
  /** With the pod's own grace period. False where it was gone already, or where another pod has its name by now. */
  delete(name: string, uid: string): Promise<boolean>;
  /** Takes one finalizer off. */
  removeFinalizer(pod: Pod, finalizer: string): Promise<void>;
  listPage(options: { limit: number; continue?: string; signal?: AbortSignal }): Promise<PodList>;
  /** Lines of `WatchEvent`s; the server ends it after `timeoutSeconds`. */
  watch(options: { resourceVersion: string; timeoutSeconds: number; signal: AbortSignal }): Promise<IncomingMessage>;
  /** Undefined where the log cannot be had: the pod is gone, or the container has not started. */
  log(name: string, request: LogRequest): Promise<IncomingMessage | undefined>;
  /** Events about the pod, in no order; as the API has them. */
  events(uid: string): Promise<ClusterEvent[]>;
  /** Undefined where it is gone. */
  node(name: string): Promise<unknown>;
}

/** The pods that are ours, in Prow's way. */
export const podSelector = 'created-by-prow=true';

/** Waiting for a log to begin includes the kubelet's answer. */
const logTimeoutMs = 60_000;

export function createPodsApi(connection: ClusterConnection, namespace: string): PodsApi {
  const folder = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const pathOf = (name: string) => `${folder}/pods/${encodeURIComponent(name)}`;
  const place = (name: string) => `${namespace}/${name}`;

  return {
    create: (pod) =>
      connection.request<Pod>({
        method: 'POST',
        path: `${folder}/pods`,
        body: pod,
        action: `create pod ${place(pod.metadata.name)}`,
      }),

    get: (name) =>
      connection.request<Pod>({ method: 'GET', path: pathOf(name), action: `read pod ${place(name)}` }).catch(missing),

    async delete(name, uid) {
      try {
        await connection.request({
          method: 'DELETE',
          path: pathOf(name),
          body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } },
          action: `delete pod ${place(name)}`,
        });
        return true;
      } catch (error) {
        if (isOtherPod(error)) return false;
        missing(error);
        return false;
      }
    },

    async removeFinalizer({ metadata }, finalizer) {
      const { name, uid, resourceVersion, finalizers = [] } = metadata;
      if (!finalizers.includes(finalizer)) return;
      await connection
        .request({
          method: 'PATCH',
          path: pathOf(name),
          contentType: 'application/merge-patch+json',
          // With the version, so that nobody else's finalizer is lost; a conflict is repeated by whoever called.
          body: { metadata: { uid, resourceVersion, finalizers: finalizers.filter((each) => each !== finalizer) } },
          action: `remove finalizer ${finalizer} from pod ${place(name)}`,
        })
        .catch(missing);
    },

    listPage: ({ limit, continue: next, signal }) =>
      connection.request<PodList>({
        method: 'GET',
        path: `${folder}/pods`,
        query: { labelSelector: podSelector, limit, continue: next },
        timeoutMs: 60_000,
        action: `list pods of ${namespace}`,
        ...(signal && { signal }),
      }),

    watch: ({ resourceVersion, timeoutSeconds, signal }) =>
      connection.open({
        method: 'GET',
        path: `${folder}/pods`,
        query: {
          labelSelector: podSelector,
          watch: true,
          allowWatchBookmarks: true,
          resourceVersion,
          timeoutSeconds,
        },
        signal,
        action: `watch pods of ${namespace}`,
      }),

    log: (name, { container, sinceTime, timestamps, follow, signal }) =>
      connection
        .open({
          method: 'GET',
          path: `${pathOf(name)}/log`,
          query: { container, sinceTime, timestamps, follow },
          timeoutMs: logTimeoutMs,
          action: `read the log of container ${container} of pod ${place(name)}`,
          ...(signal && { signal }),
        })
        .catch(noLog),

    async events(uid) {
      const { items } = await connection.request<{ items: ClusterEvent[] }>({
        method: 'GET',
        path: `${folder}/events`,
        query: { fieldSelector: `involvedObject.uid=${uid}`, limit: 500 },
        action: `list events of ${namespace}`,
      });
      return items;
    },

    node: (name) =>
      connection
        .request<unknown>({
          method: 'GET',
          path: `/api/v1/nodes/${encodeURIComponent(name)}`,
          action: `read node ${name}`,
        })
        .catch(missing),
  };
}

/** The precondition did not hold: a pod of the same name that is not the one meant. */
function isOtherPod(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 409;
}

/** 400 is "the container is waiting to start", or an init container that never came to it. */
function noLog(error: unknown): undefined {
  if (error instanceof ApiRefusal && (error.status === 404 || error.status === 400)) return undefined;
  throw error;
}
