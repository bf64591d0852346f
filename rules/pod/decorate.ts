/**
 * A pod with the utilities around the test containers (spec jobs.md 5.9): clone, announce, wrap, upload. The order of
 * containers, volumes and mounts is Prow's.
 */
import { DurationError, parseDuration } from '../../domain/duration.ts';
import { joinPath } from '../../domain/path-join.ts';
import type { Container, DecorationConfig, PodSpec, Refs } from '../../domain/job-config.ts';
import { jobEnvironment, type RunIdentity } from '../job-environment.ts';
import { clonePath, refsToClone, workingRefs } from '../refs-to-clone.ts';
import { secretMounts } from './censoring.ts';
import { clonerefs } from './clonerefs.ts';
import { placeEntrypoint, wrapped, wrapperOf } from './entrypoint.ts';
import { envVars } from './env-vars.ts';
import { initupload } from './initupload.ts';
import { withMemoryRules } from './memory.ts';
import { artifactsDir, codeMount, emptyVolume, logsMount, toolsMount } from './mounts.ts';
import { PodImpossible } from './pod-impossible.ts';
import { withPodSettings } from './pod-settings.ts';
import { sidecar } from './sidecar.ts';
import { storageAccess } from './storage-access.ts';

/** `localOutputDir`: a folder of the node to copy results to, instead of uploading them. Throws PodImpossible. */
export function decorate(
  spec: PodSpec,
  run: RunIdentity,
  decoration: DecorationConfig,
  localOutputDir?: string,
): PodSpec {
  const { job } = run.spec;
  const { containers = [], initContainers = [], volumes = [] } = spec;
  const environment = jobEnvironment(run, { artifacts: artifactsDir, gopath: codeMount.mountPath });
  const jobSpec = environment['JOB_SPEC'] ?? '';
  const refs = refsToClone(run.spec);
  const cloning = refs.length > 0 ? clonerefs(job, decoration, refs) : undefined;
  const access = storageAccess(decoration, localOutputDir);
  const gracePeriod = nanoseconds(job, 'grace_period', decoration.grace_period);
  const limits = {
    timeout: nanoseconds(job, 'timeout', decoration.timeout) ?? 0n,
    gracePeriod: gracePeriod ?? 0n,
  };
  const wrappers = containers.map((container) => wrapperOf(container, containers.length === 1));
  const tests = containers.map((container, index) => {
    const { env = [] } = container;
    const withEnv = { ...container, env: [...env, ...envVars(environment)] };
    const wrapper = wrappers[index] ?? wrapperOf(container, true);
    return withMemoryRules(withSources(wrapped(withEnv, wrapper, limits), refs), decoration);
  });
  const secrets = secretMounts(decoration, volumes, containers);
  return withPodSettings(
    {
      ...spec,
      initContainers: [
        ...(cloning ? [cloning.container] : []),
        ...initContainers,
        initupload(job, decoration, { access, cloned: cloning !== undefined, jobSpec }),
        placeEntrypoint(job, decoration),
      ],
      containers: [...tests, sidecar(job, decoration, { access, wrappers, secrets, jobSpec })],
      volumes: [
        ...volumes,
        emptyVolume(logsMount.name),
        emptyVolume(toolsMount.name),
        ...access.credentials.volumes,
        ...access.output.volumes,
        ...(cloning?.volumes ?? []),
      ],
    },
    decoration,
    gracePeriod,
  );
}

/** Where something is cloned, tests start in it, whatever working directory the job names. */
function withSources(container: Container, refs: readonly Refs[]): Container {
  const start = workingRefs(refs);
  if (!start) return container;
  return {
    ...container,
    workingDir: joinPath(codeMount.mountPath, clonePath(start)),
    volumeMounts: [...(container.volumeMounts ?? []), codeMount],
  };
}

function nanoseconds(job: string, key: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new PodImpossible(job, `decoration_config.${key}: ${error.message}.`, { cause: error });
  }
}
