/**
 * Pod specs (spec jobs.md 2.9): what decoration needs for itself is not free for jobs.
 */
import type { Container, JobBase, PodSpec, VolumeMount } from '../../domain/job-config.ts';
import type { ProwJobType } from '../../domain/prowjob.ts';
import { reservedEnvNames } from '../../rules/job-environment.ts';
import {
  codeMount,
  gcsCredentialsMount,
  logsMount,
  s3CredentialsMount,
  toolsMount,
  utilityContainerNames,
} from '../../rules/pod/mounts.ts';
import type { Report } from './report.ts';

const reservedContainers: ReadonlySet<string> = new Set(utilityContainerNames);
const testMounts: readonly VolumeMount[] = [logsMount, codeMount, toolsMount];
/** Made by decoration; jobs may mount the credentials, not the others. */
const decorationVolumes: readonly string[] = testMounts.map(({ name }) => name);
const credentialVolumes: readonly string[] = [gcsCredentialsMount.name, s3CredentialsMount.name];
/** Compared as texts, as Prow does: `/logs/x` is free. */
const reservedPaths: ReadonlySet<string> = new Set(testMounts.map(({ mountPath }) => mountPath));

export function checkPodSpec(job: JobBase, type: ProwJobType, report: Report): void {
  const { spec, decoration_config: decoration } = job;
  if (!spec || job.agent !== 'kubernetes') return;
  const containers = spec.containers ?? [];
  const decorated = decoration !== undefined;
  if (containers.length > 1) checkSeveral(containers, decorated, report);
  spec.initContainers?.forEach((container, index) => {
    if (container['restartPolicy'] === 'Always') return;
    report(
      `spec.initContainers[${index}]`,
      'must have restartPolicy: Always; other init containers would miss the sources',
    );
  });
  const volumes = checkVolumes(job, spec, report);
  const reserved = new Set(reservedEnvNames(type));
  containers.forEach((container, index) => {
    const key = `spec.containers[${index}]`;
    checkEnv(container, reserved, type, `${key}.env`, report);
    checkMounts(container, volumes, `${key}.volumeMounts`, report);
    if (decorated && !((container.command ?? [])[0] || (container.command?.length ? '' : container.args?.[0]))) {
      report(
        `${key}.command`,
        'must be set (or args): decoration wraps what is given here and cannot see the entry point of an image',
      );
    }
  });
}

function checkSeveral(containers: readonly Container[], decorated: boolean, report: Report): void {
  if (!decorated) report('spec.containers', 'may have several containers only in decorated jobs (decorate: true)');
  const seen = new Set<string>();
  containers.forEach(({ name = '' }, index) => {
    const key = `spec.containers[${index}].name`;
    if (!name) report(key, 'must be set where there are several containers');
    else if (reservedContainers.has(name)) report(key, `${name} is the name of a container that decoration adds`);
    else if (seen.has(name)) report(key, `${name} is used twice`);
    seen.add(name);
  });
}

function checkEnv(
  { env = [] }: Container,
  reserved: ReadonlySet<string>,
  type: ProwJobType,
  key: string,
  report: Report,
): void {
  const seen = new Set<string>();
  env.forEach(({ name }, index) => {
    if (seen.has(name)) report(`${key}[${index}]`, `${name} is set twice`);
    if (reserved.has(name)) report(`${key}[${index}]`, `${name} is set by the system for each ${type}`);
    seen.add(name);
  });
}

/** Names that mounts may use. */
function checkVolumes({ decoration_config: decoration }: JobBase, spec: PodSpec, report: Report): Set<string> {
  const reserved = new Set([...decorationVolumes, ...credentialVolumes]);
  if (decoration?.oauth_token_secret?.name) reserved.add(decoration.oauth_token_secret.name);
  for (const secret of decoration?.ssh_key_secrets ?? []) reserved.add(secret);
  const names = new Set(credentialVolumes);
  const own = new Set<string>();
  spec.volumes?.forEach(({ name }, index) => {
    const key = `spec.volumes[${index}].name`;
    if (own.has(name)) report(key, `${name} is used twice`);
    if (reserved.has(name)) report(key, `${name} is the name of a volume that decoration adds`);
    own.add(name);
    names.add(name);
  });
  for (const name of reserved) names.add(name);
  return names;
}

function checkMounts(
  { volumeMounts = [] }: Container,
  volumes: ReadonlySet<string>,
  key: string,
  report: Report,
): void {
  volumeMounts.forEach(({ name, mountPath }, index) => {
    if (decorationVolumes.includes(name)) report(`${key}[${index}]`, `the volume ${name} belongs to decoration`);
    else if (!volumes.has(name)) report(`${key}[${index}]`, `names the volume ${name}, which the pod does not have`);
    if (reservedPaths.has(mountPath)) report(`${key}[${index}].mountPath`, `${mountPath} belongs to decoration`);
  });
}
