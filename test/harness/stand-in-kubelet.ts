/**
 * Does to the pods of an API server what scheduler and kubelet would do, without running anything: binds them, reports them as
 * pending, running and ended through the status API, and confirms deletions. For tests with more pods than a machine can run.
 *
 * A pod says by annotations how its containers fare; without any it succeeds at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import { createKubeClient, type KubeClient, type KubeRequest } from './kube-client.ts';

/** Annotations of a pod. Times in milliseconds. */
export const standIn = {
  /** From binding to running. Default 0. */
  pendingMs: 'stand-in.bowsprit.test/pending-ms',
  /** From running to the end. Default 0. Negative: for ever. */
  runningMs: 'stand-in.bowsprit.test/running-ms',
  /** Of all containers. Default 0. */
  exitCode: 'stand-in.bowsprit.test/exit-code',
  /** Why the containers ended, such as `OOMKilled`. Default `Completed` or `Error`. */
  reason: 'stand-in.bowsprit.test/reason',
  /** Nothing happens to the pod, as on a cluster without room. */
  unschedulable: 'stand-in.bowsprit.test/unschedulable',
} as const;

export interface StandInKubelet {
  /** Pods that were reported as running and not as ended. */
  running(): number;
  /** Pods that were reported as ended, since the start. */
  ended(): number;
  /** How long pods run that have no annotation about it; milliseconds, negative for ever. */
  runFor(ms: number): void;
  /** Ends every pod that runs, with its own exit code. */
  endAll(): void;
  stop(): Promise<void>;
}

export interface StandInOptions {
  /** Default: 0, pods succeed at once. */
  runningMs?: number;
}

interface PodObject {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
  };
  spec: { nodeName?: string; containers: { name: string; image?: string }[]; initContainers?: { name: string }[] };
  status?: { phase?: string };
}

interface Known {
  pod: PodObject;
  state: 'new' | 'pending' | 'running' | 'ended';
  startedAt?: string;
  finish?: () => void;
}

/** Watches all pods of the cluster that the kubeconfig names. Resolves when it does. */
export async function startStandInKubelet(
  kubeconfig: string,
  { runningMs = 0 }: StandInOptions = {},
): Promise<StandInKubelet> {
  const client = await createKubeClient(kubeconfig);
  const stopping = new AbortController();
  const pods = new Map<string, Known>();
  let defaultRunningMs = runningMs;
  let ended = 0;
  let isWatching = false;

  const watching = followPods(client, stopping.signal, {
    connected: () => (isWatching = true),
    gone: (pod) => {
      const known = pods.get(pod.metadata.uid);
      pods.delete(pod.metadata.uid);
      known?.finish?.();
    },
    seen: (pod) => {
      const known = pods.get(pod.metadata.uid);
      if (known) {
        known.pod = pod;
        if (pod.metadata.deletionTimestamp) known.finish?.();
        return;
      }
      const phase = pod.status?.phase ?? 'Pending';
      const fresh: Known = { pod, state: ['Succeeded', 'Failed'].includes(phase) ? 'ended' : 'new' };
      pods.set(pod.metadata.uid, fresh);
      live(fresh).catch((error: unknown) => {
        if (!stopping.signal.aborted) process.emitWarning(`Stand-in kubelet: ${String(error)}`);
      });
    },
  });

  const annotation = ({ pod }: Known, name: string) => pod.metadata.annotations?.[name];
  const milliseconds = (known: Known, name: string, otherwise: number) => Number(annotation(known, name) ?? otherwise);

  async function live(known: Known): Promise<void> {
    if (known.state === 'new') {
      if (annotation(known, standIn.unschedulable)) return;
      await bind(known);
      const pendingMs = milliseconds(known, standIn.pendingMs, 0);
      if (pendingMs > 0) {
        await report(known, pendingStatus(known));
        await untilEnd(known, pendingMs);
      }
      known.startedAt ??= now();
      known.state = 'running';
      await report(known, runningStatus(known));
      await untilEnd(known, milliseconds(known, standIn.runningMs, defaultRunningMs));
      if (!pods.has(known.pod.metadata.uid)) return;
      const exitCode = known.pod.metadata.deletionTimestamp ? 143 : milliseconds(known, standIn.exitCode, 0);
      await report(known, endedStatus(known, exitCode));
      known.state = 'ended';
      ended += 1;
    }
    await untilDeleted(known);
    await confirmDeletion(known);
  }

  /** A kubelet deletes the object itself once the containers have ended. */
  async function confirmDeletion(known: Known): Promise<void> {
    const { uid } = known.pod.metadata;
    if (!pods.has(uid) || stopping.signal.aborted) return;
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    await insist('DELETE', pathOf(known.pod), { body });
  }

  async function bind(known: Known): Promise<void> {
    const { name, namespace } = known.pod.metadata;
    known.startedAt = now();
    if (known.pod.spec.nodeName) return;
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace },
      target: { apiVersion: 'v1', kind: 'Node', name: 'stand-in' },
    };
    await insist('POST', `${pathOf(known.pod)}/binding`, { body });
  }

  async function report(known: Known, status: object): Promise<void> {
    const contentType = 'application/merge-patch+json';
    await insist('PATCH', `${pathOf(known.pod)}/status`, { contentType, body: { status } });
  }

  /** The server may be away or overloaded; a kubelet goes on trying. What it refuses for good is over. */
  async function insist(method: string, path: string, request: KubeRequest): Promise<void> {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      const { status } = await client.ask(method, path, request).catch(() => ({ status: 0 }));
      if (status !== 0 && status !== 429 && status < 500) return;
      await sleep(Math.min(2_000, 50 * 2 ** attempt));
    }
  }

  /** Waits; a deletion, `endAll` and the kubelet's own end cut it short. */
  async function untilEnd(known: Known, ms: number): Promise<void> {
    if (ms === 0 || known.pod.metadata.deletionTimestamp || stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = ms > 0 ? setTimeout(resolve, ms) : undefined;
      known.finish = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    delete known.finish;
  }

  async function untilDeleted(known: Known): Promise<void> {
    while (!stopping.signal.aborted && pods.has(known.pod.metadata.uid) && !known.pod.metadata.deletionTimestamp) {
      await new Promise<void>((resolve) => (known.finish = resolve));
    }
    delete known.finish;
  }

  await eventually(() => isWatching, 'the stand-in kubelet watches pods');
  return {
    running: () => [...pods.values()].filter(({ state }) => state === 'running').length,
    ended: () => ended,
    runFor: (ms) => (defaultRunningMs = ms),
    endAll() {
      for (const known of pods.values()) if (known.state === 'running') known.finish?.();
    },
    async stop() {
      stopping.abort();
      for (const known of pods.values()) known.finish?.();
      await watching;
      client.close();
    },
  };
}

interface PodListener {
  connected(): void;
  seen(pod: PodObject): void;
  gone(pod: PodObject): void;
}

/** Lists and watches, again whenever the server ends the watch or is away. */
async function followPods(client: KubeClient, signal: AbortSignal, listener: PodListener): Promise<void> {
  const known = new Map<string, PodObject>();
  while (!signal.aborted) {
    try {
      const list = await client.ask<{ metadata: { resourceVersion: string }; items: PodObject[] }>(
        'GET',
        '/api/v1/pods',
      );
      if (list.status !== 200) throw new Error(`The list was answered with ${list.status}.`);
      const present = new Set(list.body.items.map(({ metadata }) => metadata.uid));
      for (const pod of known.values()) if (!present.has(pod.metadata.uid)) forget(pod);
      for (const pod of list.body.items) remember(pod);
      const { resourceVersion } = list.body.metadata;
      listener.connected();
      const path = `/api/v1/pods?watch=1&resourceVersion=${resourceVersion}`;
      for await (const event of client.watch<{ type: string; object: PodObject }>(path, signal)) {
        if (event.type === 'ERROR') break;
        if (event.type === 'DELETED') forget(event.object);
        else remember(event.object);
      }
    } catch {
      await sleep(100);
    }
  }

  function remember(pod: PodObject): void {
    known.set(pod.metadata.uid, pod);
    listener.seen(pod);
  }

  function forget(pod: PodObject): void {
    known.delete(pod.metadata.uid);
    listener.gone(pod);
  }
}

const pathOf = ({ metadata: { namespace, name } }: PodObject) => `/api/v1/namespaces/${namespace}/pods/${name}`;
/** Kubernetes keeps times to the second. */
const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

type ContainerState = Record<string, Record<string, unknown>>;

function statuses(containers: { name: string; image?: string }[], ready: boolean, state: ContainerState): object[] {
  return containers.map(({ name, image = '' }) => {
    return { name, image, imageID: '', ready, restartCount: 0, started: ready, state };
  });
}

function conditions(entries: Record<string, boolean>): object[] {
  return Object.entries(entries).map(([type, isTrue]) => ({ type, status: isTrue ? 'True' : 'False' }));
}

function pendingStatus({ pod, startedAt }: Known): object {
  const waiting = { waiting: { reason: 'ContainerCreating' } };
  return {
    phase: 'Pending',
    startTime: startedAt,
    conditions: conditions({ PodScheduled: true, Initialized: false, Ready: false }),
    containerStatuses: statuses(pod.spec.containers, false, waiting),
  };
}

function runningStatus(known: Known): object {
  const { pod, startedAt } = known;
  return {
    phase: 'Running',
    startTime: startedAt,
    conditions: conditions({ PodScheduled: true, Initialized: true, Ready: true }),
    ...initStatuses(known),
    containerStatuses: statuses(pod.spec.containers, true, { running: { startedAt: now() } }),
  };
}

function endedStatus(known: Known, exitCode: number): object {
  const { pod, startedAt } = known;
  const reason = pod.metadata.annotations?.[standIn.reason] ?? (exitCode === 0 ? 'Completed' : 'Error');
  const terminated = { terminated: { exitCode, reason, startedAt, finishedAt: now() } };
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    startTime: startedAt,
    conditions: conditions({ PodScheduled: true, Initialized: true, Ready: false }),
    ...initStatuses(known),
    containerStatuses: statuses(pod.spec.containers, false, terminated),
  };
}

/** Init containers have ended before the others run. */
function initStatuses({ pod, startedAt }: Known): object {
  const { initContainers } = pod.spec;
  if (!initContainers) return {};
  const terminated = { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt } };
  return { initContainerStatuses: statuses(initContainers, false, terminated) };
}
