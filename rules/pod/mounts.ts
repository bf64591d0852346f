/**
 * The volumes that decoration adds to a pod, and where they are mounted (spec jobs.md 5.9). Jobs may not use these names and
 * paths themselves (2.9).
 */
import { joinPath } from '../../domain/path-join.ts';
import type { Volume, VolumeMount } from '../../domain/job-config.ts';

/** Logs, markers and artifacts: written by the wrapped processes, read by the sidecar. */
export const logsMount = { name: 'logs', mountPath: '/logs' } as const satisfies VolumeMount;
/** The sources, which is also `GOPATH`. */
export const codeMount = { name: 'code', mountPath: '/home/prow/go' } as const satisfies VolumeMount;
/** The wrapper's program. */
export const toolsMount = { name: 'tools', mountPath: '/tools' } as const satisfies VolumeMount;
export const gcsCredentialsMount = {
  name: 'gcs-credentials',
  mountPath: '/secrets/gcs',
} as const satisfies VolumeMount;
export const s3CredentialsMount = {
  name: 's3-credentials',
  mountPath: '/secrets/s3-storage',
} as const satisfies VolumeMount;
/** A folder of the node, for runs that upload nothing. */
export const outputMount = { name: 'output', mountPath: '/output' } as const satisfies VolumeMount;

export const artifactsDir = joinPath(logsMount.mountPath, 'artifacts');
export const cloneLog = joinPath(logsMount.mountPath, 'clone.json');

/** Names of the containers that decoration adds. */
export const utilityContainerNames = ['clonerefs', 'initupload', 'place-entrypoint', 'sidecar'] as const;

/** Mode of the files of secrets that programs insist on being readable by their owner alone: `0400`. */
export const ownerReadOnly = 0o400;

export function emptyVolume(name: string): Volume {
  return { name, emptyDir: {} };
}
