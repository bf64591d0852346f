/** The calls to an API server about ProwJob objects of one namespace, whoever's definition of the resource is installed there. */
import type { IncomingMessage } from 'node:http';
import type { ListPage, ObjectMeta } from './api-types.ts';
import { missing } from './api-error.ts';
import type { ClusterConnection } from './connection.ts';

/** As the API server has it: what people wrote, checked by the installed definition only. */
export interface ProwJobObject {
  kind?: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** A part of an object by the rules of JSON merge patch: null removes. */
export interface MergePatch {
  metadata?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export interface ProwJobObjectsApi {
  /**
   * How the resource is defined: with a status of its own, which only calls to it write, or without as Prow has it. Undefined
   * where it is not defined.
   */
  definition(): Promise<{ ownStatus: boolean } | undefined>;
  listPage(options: { limit: number; continue?: string; signal?: AbortSignal }): Promise<ListPage<ProwJobObject>>;
  watch(options: { resourceVersion: string; timeoutSeconds: number; signal: AbortSignal }): Promise<IncomingMessage>;
  /** Undefined where there is none. */
  get(name: string): Promise<ProwJobObject | undefined>;
  create(object: object): Promise<ProwJobObject>;
  /** Undefined where there is none. Refused with 409 where the object has another version by now. */
  patch(name: string, version: string, patch: MergePatch): Promise<ProwJobObject | undefined>;
  patchStatus(name: string, version: string, patch: MergePatch): Promise<ProwJobObject | undefined>;
  /** Only that very object. */
  delete(name: string, uid: string): Promise<void>;
}

const group = '/apis/prow.k8s.io/v1';

export function createProwJobObjectsApi(connection: ClusterConnection, namespace: string): ProwJobObjectsApi {
  const folder = `${group}/namespaces/${encodeURIComponent(namespace)}/prowjobs`;
  const pathOf = (name: string) => `${folder}/${encodeURIComponent(name)}`;
  const place = (name: string) => `ProwJob object ${namespace}/${name}`;

  const patch = (path: string, name: string, version: string, body: MergePatch) =>
    connection
      .request<ProwJobObject>({
        method: 'PATCH',
        path,
        contentType: 'application/merge-patch+json',
        // With the version, so that what somebody has just asked for is seen before it is overwritten.
        body: { ...body, metadata: { ...body.metadata, resourceVersion: version } },
        action: `update ${place(name)}`,
      })
      .catch(missing);

  return {
    async definition() {
      const found = await connection
        .request<{ resources: { name: string }[] }>({ method: 'GET', path: group, action: 'discover ProwJob objects' })
        .catch(missing);
      const names = new Set(found?.resources.map(({ name }) => name));
      return names.has('prowjobs') ? { ownStatus: names.has('prowjobs/status') } : undefined;
    },

    listPage: ({ limit, continue: next, signal }) =>
      connection.request<ListPage<ProwJobObject>>({
        method: 'GET',
        path: folder,
        query: { limit, continue: next },
        timeoutMs: 60_000,
        action: `list ProwJob objects of ${namespace}`,
        ...(signal && { signal }),
      }),

    watch: ({ resourceVersion, timeoutSeconds, signal }) =>
      connection.open({
        method: 'GET',
        path: folder,
        query: { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds },
        signal,
        action: `watch ProwJob objects of ${namespace}`,
      }),

    get: (name) =>
      connection
        .request<ProwJobObject>({ method: 'GET', path: pathOf(name), action: `read ${place(name)}` })
        .catch(missing),

    create: (object) =>
      connection.request<ProwJobObject>({
        method: 'POST',
        path: folder,
        body: object,
        action: 'create ProwJob object',
      }),

    patch: (name, version, body) => patch(pathOf(name), name, version, body),
    patchStatus: (name, version, body) => patch(`${pathOf(name)}/status`, name, version, body),

    async delete(name, uid) {
      await connection
        .request({
          method: 'DELETE',
          path: pathOf(name),
          body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } },
          action: `delete ${place(name)}`,
        })
        .catch(missing);
    },
  };
}
