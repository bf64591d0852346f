/**
 * What the sidecar hides: values of the secrets that test containers mount (spec jobs.md 5.12). Nothing, unless
 * `censor_secrets` says so.
 */
import type { Container, DecorationConfig, VolumeMount, Volume } from '../../domain/job-config.ts';

/** The mounts of secret volumes in test containers, in order. */
export function secretMounts(
  { censor_secrets: censors }: DecorationConfig,
  volumes: readonly Volume[],
  containers: readonly Container[],
): VolumeMount[] {
  if (!censors) return [];
  const secrets = new Set(volumes.filter((volume) => volume['secret']).map(({ name }) => name));
  return containers.flatMap(({ volumeMounts = [] }) => volumeMounts.filter(({ name }) => secrets.has(name)));
}

/** The configured options, and the folders where the secrets are. */
export function censoringOptions(
  { censoring_options: configured }: DecorationConfig,
  secrets: readonly VolumeMount[],
): Record<string, unknown> {
  return {
    ...(secrets.length > 0 && { secret_directories: secrets.map(({ mountPath }) => mountPath) }),
    ...configured,
  };
}
