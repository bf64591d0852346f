/**
 * The wrapper around each test process: a container puts its program into a volume that all share, and the test containers run
 * that instead of their own command (spec jobs.md 5.10).
 */
import type { Container, DecorationConfig } from '../../domain/job-config.ts';
import { joinPath } from '../../domain/path-join.ts';
import { artifactsDir, logsMount, toolsMount } from './mounts.ts';
import { utilityContainer } from './utility-container.ts';

/** What the sidecar must know of a wrapped process; also part of the wrapper's own options. */
export interface Wrapper {
  args: string[];
  container_name: string;
  process_log: string;
  marker_file: string;
  metadata_file: string;
}

/** Nanoseconds; 0 leaves it to the wrapper. */
export interface WrapperLimits {
  timeout: bigint;
  gracePeriod: bigint;
}

export function placeEntrypoint(job: string, decoration: DecorationConfig): Container {
  return utilityContainer(job, 'place_entrypoint', decoration, {
    args: ['--copy-mode-only'],
    volumeMounts: [toolsMount],
  });
}

/** Where the wrapper of a container writes. Files carry the container's name only where there are several. */
export function wrapperOf({ name = '', command = [], args = [] }: Container, isOnly: boolean): Wrapper {
  const file = (only: string, several: string) => (isOnly ? only : `${name}-${several}`);
  return {
    args: [...command, ...args],
    container_name: name,
    process_log: joinPath(logsMount.mountPath, file('process-log.txt', 'log.txt')),
    marker_file: joinPath(logsMount.mountPath, file('marker-file.txt', 'marker.txt')),
    metadata_file: joinPath(artifactsDir, file('metadata.json', 'metadata.json')),
  };
}

/** The container with its command moved into the wrapper's options, which come last among its variables. */
export function wrapped(container: Container, wrapper: Wrapper, limits: WrapperLimits): Container {
  const { args: _moved, ...rest } = container;
  return {
    ...rest,
    command: [joinPath(toolsMount.mountPath, 'entrypoint')],
    env: [...(container.env ?? []), { name: 'ENTRYPOINT_OPTIONS', value: optionsJson(wrapper, limits) }],
    volumeMounts: [...(container.volumeMounts ?? []), logsMount, toolsMount],
  };
}

/** Limits are whole numbers of up to 63 bits, more than JSON.stringify can write exactly. */
function optionsJson(wrapper: Wrapper, { timeout, gracePeriod }: WrapperLimits): string {
  const rest = JSON.stringify({ artifact_dir: artifactsDir, ...wrapper });
  return `{"timeout":${timeout},"grace_period":${gracePeriod},${rest.slice(1)}`;
}
