/**
 * What decoration fills in for the pod as a whole where the job leaves it unset (spec jobs.md 5.9): ids, scheduling, grace
 * period, service account.
 */
import type { DecorationConfig, PodSpec } from '../../domain/job-config.ts';

const nanosecondsPerSecond = 1_000_000_000n;

/** `gracePeriod` in nanoseconds; undefined where none is configured. */
export function withPodSettings(spec: PodSpec, decoration: DecorationConfig, gracePeriod: bigint | undefined): PodSpec {
  const { scheduling_options: scheduling = {}, default_service_account_name: account } = decoration;
  return {
    ...spec,
    securityContext: withIds(spec, decoration),
    ...(scheduling.affinity && isUnset(spec['affinity']) && { affinity: scheduling.affinity }),
    ...(scheduling.tolerations && isUnset(spec.tolerations) && { tolerations: scheduling.tolerations }),
    ...(gracePeriod !== undefined &&
      isUnset(spec['terminationGracePeriodSeconds']) && {
        terminationGracePeriodSeconds: terminationGraceSeconds(gracePeriod),
      }),
    ...(account && !spec.serviceAccountName && { serviceAccountName: account }),
  };
}

/** A security context is there in any case. */
function withIds({ securityContext: own }: PodSpec, decoration: DecorationConfig): Record<string, unknown> {
  const { run_as_user: user, run_as_group: group, fs_group: fsGroup } = decoration;
  return {
    ...own,
    ...(user !== undefined && isUnset(own?.['runAsUser']) && { runAsUser: user }),
    ...(group !== undefined && isUnset(own?.['runAsGroup']) && { runAsGroup: group }),
    ...(fsGroup !== undefined && isUnset(own?.['fsGroup']) && { fsGroup }),
  };
}

/** The whole seconds of the grace period and a quarter more, in which the sidecar uploads; a half second gives 0. */
export function terminationGraceSeconds(gracePeriod: bigint): number {
  return Number(((gracePeriod / nanosecondsPerSecond) * 5n) / 4n);
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}
