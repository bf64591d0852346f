/** Applies the objects of a manifest file to a cluster, as `kubectl apply --server-side` does. */
import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import type { KubeClient } from './kube-client.ts';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: { resources: string[]; verbs: string[] }[];
}

export function readManifests(path: string): Manifest[] {
  return loadAll(readFileSync(path, 'utf8')) as Manifest[];
}

/** Rejects with the server's words when an object is refused. */
export async function applyManifests(client: KubeClient, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const { apiVersion, kind, metadata } = manifest;
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const namespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
    const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
    const path = `${base}${namespace}/${plural.toLowerCase()}/${metadata.name}?fieldManager=test&force=true`;
    // JSON is YAML.
    const sent = { contentType: 'application/apply-patch+yaml', body: manifest };
    const { status, body } = await client.ask<{ message?: string }>('PATCH', path, sent);
    if (status >= 300) throw new Error(`${kind} ${metadata.name}: ${body.message ?? status}`);
  }
}

/** `verb resource` of everything that the rules of Roles and ClusterRoles allow. */
export function allowedCalls(manifests: readonly Manifest[]): Set<string> {
  const rules = manifests.flatMap(({ rules = [] }) => rules);
  return new Set(
    rules.flatMap(({ verbs, resources }) =>
      verbs.flatMap((verb) => resources.map((resource) => `${verb} ${resource}`)),
    ),
  );
}
