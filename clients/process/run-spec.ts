/**
 * Everything about a run that is known before it starts, for its supervisor.
 */
import { durationMs } from '../../domain/duration.ts';
import type { RunRequest } from '../../domain/executor.ts';
import { jobEnvironment } from '../../rules/job-environment.ts';
import { refsToClone } from '../../rules/refs-to-clone.ts';
import { baseEnvironment, gitEnvironment } from './base-environment.ts';
import { environmentOf, expanded, runnableContainer, type Trust, workingDirectoryOf } from './job-command.ts';
import type { RunFiles, RunSpec } from './run-files.ts';

/** The entrypoint's own values (spec jobs.md 5.10). */
const defaultTimeoutMs = 7_200_000;
const defaultGraceMs = 15_000;

export interface RunSpecOptions extends Trust {
  /** The worker's environment, of which a few variables are passed on. */
  environment: Readonly<Record<string, string | undefined>>;
  fetchRetriesMs: readonly number[];
  lease: RunSpec['lease'];
  bell: string;
}

/** Throws SpecInvalid. */
export function runSpecOf(request: RunRequest, buildId: string, files: RunFiles, options: RunSpecOptions): RunSpec {
  const { prowJob, storage, timeouts } = request;
  const { spec, metadata } = prowJob;
  const container = runnableContainer(prowJob, options);
  const decoration = spec.decoration_config;
  const base = baseEnvironment(options.environment);
  const injected = jobEnvironment(
    { spec, name: metadata.name, buildId },
    decoration ? { artifacts: files.artifacts, gopath: files.gopath } : {},
  );
  const environment = environmentOf({ ...base, TMPDIR: files.temporary }, container.env ?? [], injected);
  const refs = refsToClone(spec);
  return {
    prowJob,
    storage,
    buildId,
    command: [...(container.command ?? []), ...(container.args ?? [])].map((word) => expanded(word, environment)),
    environment,
    cloneEnvironment: gitEnvironment(base),
    workingDirectory: workingDirectoryOf(spec, container),
    ...(refs.length > 0 && { clone: { refs, retriesMs: [...options.fetchRetriesMs], timeoutMs: timeouts.pendingMs } }),
    ...(decoration && { timeoutMs: positiveMs(decoration.timeout) ?? defaultTimeoutMs }),
    graceMs: positiveMs(decoration?.grace_period) ?? defaultGraceMs,
    runningTimeoutMs: timeouts.runningMs,
    lease: options.lease,
    bell: options.bell,
  };
}

/** Undefined for no duration and for zero, which both mean the default. */
function positiveMs(duration: string | undefined): number | undefined {
  const ms = duration ? durationMs(duration) : 0;
  return ms > 0 ? ms : undefined;
}
