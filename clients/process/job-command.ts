/**
 * Turns a ProwJob's pod spec into one command with its environment, and refuses what only a container could provide: doing
 * half of it would give results that look right and are not.
 */
import { existsSync } from 'node:fs';
import type { Container, EnvVar, PodSpec, Refs } from '../../domain/job-config.ts';
import type { ProwJob, ProwJobSpec } from '../../domain/prowjob.ts';
import { clonePath, refsToClone, workingRefs } from '../../rules/refs-to-clone.ts';
import { cloneUri, hostOfUri, isInside } from './clone-places.ts';
import { SpecInvalid } from './spec-invalid.ts';

export interface Trust {
  /** Run code of pull requests wherever it comes from. */
  trustPullRequests: boolean;
  /** Hosts (with port, if any) whose pull requests are run all the same, such as the local forge. */
  trustedHosts: readonly string[];
}

/** The single container of the job. Throws SpecInvalid for all that cannot be run here. */
export function runnableContainer(prowJob: ProwJob, trust: Trust): Container {
  const { spec } = prowJob;
  const refuse = (problem: string) => new SpecInvalid(spec.job, problem);
  if (!spec.pod_spec) throw refuse('it has no pod spec.');
  const container = singleContainer(spec.pod_spec, refuse);
  checkVariables(container, refuse);
  checkVolumes(spec.pod_spec, container, refuse);
  for (const refs of refsToClone(spec)) checkRefs(refs, refuse);
  checkTrust(spec, trust, refuse);
  return container;
}

type Refuse = (problem: string) => SpecInvalid;

function singleContainer({ containers = [], initContainers = [] }: PodSpec, refuse: Refuse): Container {
  const names = (list: readonly Container[]) => list.map(({ name }, index) => name ?? `#${index + 1}`).join(', ');
  const [container] = containers;
  if (!container) throw refuse('its pod spec has no container.');
  if (containers.length > 1) {
    throw refuse(`it has ${containers.length} containers (${names(containers)}); use one, or the kubernetes executor.`);
  }
  if (initContainers.length > 0) {
    throw refuse(`it has init containers (${names(initContainers)}); put their work into the command.`);
  }
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  if (!words[0]) {
    const image = container.image ? ` of ${container.image}` : '';
    throw refuse(
      `container ${names(containers)} has no command, and the entrypoint${image} does not exist here; set command.`,
    );
  }
  if (words.some((word) => word.includes('\0'))) throw refuse('its command contains a NUL character.');
  return container;
}

function checkVariables({ env = [], envFrom }: Container, refuse: Refuse): void {
  if (Array.isArray(envFrom) && envFrom.length > 0)
    throw refuse('envFrom needs Kubernetes; set the variables with env.');
  for (const { name, value = '', valueFrom } of env) {
    if (valueFrom !== undefined && valueFrom !== null) {
      throw refuse(`variable ${name} has valueFrom, which needs Kubernetes; set its value.`);
    }
    if (name === '' || /[=\0]/.test(name) || value.includes('\0')) {
      throw refuse(`${JSON.stringify(name)} cannot be a variable of a process.`);
    }
  }
}

/** An emptyDir that nothing mounts is all that means the same without Kubernetes. */
function checkVolumes({ volumes = [] }: PodSpec, { volumeMounts = [] }: Container, refuse: Refuse): void {
  for (const { name, ...source } of volumes) {
    const kind = Object.keys(source)[0] ?? 'emptyDir';
    if (kind !== 'emptyDir') throw refuse(`volume ${name} (${kind}) needs Kubernetes.`);
  }
  for (const { name, mountPath } of volumeMounts)
    throw refuse(`it mounts volume ${name} at ${mountPath}, which needs Kubernetes.`);
}

function checkRefs(refs: Refs, refuse: Refuse): void {
  const name = `${refs.org}/${refs.repo}`;
  if (!isInside(clonePath(refs))) throw refuse(`the clone path of ${name} leads out of the folder for sources.`);
  const words = [
    cloneUri(refs),
    refs.base_ref,
    refs.base_sha,
    ...(refs.pulls ?? []).flatMap(({ ref, sha }) => [ref, sha]),
  ];
  for (const word of words) {
    if (word?.startsWith('-') || word?.includes('\0'))
      throw refuse(`${JSON.stringify(word)} is no ref or address for git.`);
  }
}

/** Presubmits and batches run what strangers propose, with the rights of the user who started us. */
function checkTrust({ type, refs, extra_refs = [] }: ProwJobSpec, trust: Trust, refuse: Refuse): void {
  if (trust.trustPullRequests) return;
  const proposed = [...(refs ? [refs] : []), ...extra_refs].filter((one) => one.pulls?.length);
  if (type !== 'presubmit' && type !== 'batch' && proposed.length === 0) return;
  for (const one of proposed) {
    const host = hostOfUri(cloneUri(one));
    if (host !== undefined && trust.trustedHosts.includes(host)) continue;
    throw refuse(
      `it runs code of pull requests to ${one.org}/${one.repo} on this machine, without a sandbox; ` +
        'if you trust everybody who may open one, start with --trust-pull-requests.',
    );
  }
  if (proposed.length === 0) throw refuse(`it is a ${type} without a pull request.`);
}

/** Variables of the container with `injected` after them: the last one of a name wins (spec 5.8). */
export function environmentOf(
  base: Readonly<Record<string, string>>,
  own: readonly EnvVar[],
  injected: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = { ...base };
  // References see what stands before them; the injected ones are literal, as in a pod.
  for (const { name, value = '' } of own) environment[name] = expanded(value, environment);
  return { ...environment, ...injected };
}

/** `$(NAME)` as Kubernetes expands it in commands and values: unknown names stay as they are, `$$(NAME)` gives `$(NAME)`. */
export function expanded(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) => {
    if (match === '$$') return '$';
    return name !== undefined && Object.hasOwn(environment, name) ? (environment[name] ?? '') : match;
  });
}

/** Relative to the run's folder, or the container's own if nothing is cloned and it exists here (spec 5.9). */
export function workingDirectoryOf(spec: ProwJobSpec, container: Container): string {
  const main = workingRefs(refsToClone(spec));
  if (main) return `gopath/${clonePath(main)}`;
  const { workingDir } = container;
  return workingDir?.startsWith('/') && existsSync(workingDir) ? workingDir : 'work';
}
