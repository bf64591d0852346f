/**
 * Why a pod did not come to its work, in the cluster's own words: Prow's descriptions say only that it did not. The words are
 * those of images, registries and programs, so they are cut and cleaned.
 */
import type { ClusterEvent, ContainerStatus, Pod } from './api-types.ts';

const maxLength = 300;
/** Reasons that say no more than the exit code does. */
const ordinaryReasons = new Set(['Completed', 'Error', 'ContainerCreating', 'PodInitializing', '']);

/**
 * `test: ImagePullBackOff: Back-off pulling image ...` for a container that waits; the condition for a pod that no node takes; the
 * init container that failed; the pod's own reason; of a pod whose containers are still being made, the last warning about it, such as
 * a secret that is missing. Undefined where there is nothing to add.
 */
export function podTrouble({ status }: Pod, events: readonly ClusterEvent[] = []): string | undefined {
  if (!status) return undefined;
  const { initContainerStatuses: inits = [], containerStatuses: containers = [], phase } = status;
  const found =
    reasonText(status.reason, status.message) ??
    firstOf(inits, (each) => waiting(each) ?? failedInit(each)) ??
    firstOf(containers, (each) => waiting(each) ?? strangeEnd(each)) ??
    (phase === 'Pending' ? (unscheduled(status.conditions) ?? lastWarning(events)) : undefined);
  return found && clean(found);
}

/** Prow's description first, so that those who compare it still can. */
export function withTrouble(description: string, trouble: string | undefined): string {
  return trouble ? `${description} (${trouble})` : description;
}

function firstOf(statuses: ContainerStatus[], look: (status: ContainerStatus) => string | undefined) {
  for (const status of statuses) {
    const text = look(status);
    if (text) return text;
  }
  return undefined;
}

function waiting({ name, state }: ContainerStatus): string | undefined {
  const text = reasonText(state?.waiting?.reason, state?.waiting?.message);
  return text && `${name}: ${text}`;
}

/** A test that fails is no trouble; an init container that does has kept the test from running. */
function failedInit({ name, state }: ContainerStatus): string | undefined {
  const ending = state?.terminated;
  if (!ending || ending.exitCode === 0) return undefined;
  const text = reasonText(ending.reason, ending.message) ?? lastLine(ending.message);
  return `init container ${name}: exit code ${ending.exitCode}${text ? `: ${text}` : ''}`;
}

/** Killed for memory, or never started: `OOMKilled`, `StartError`, `ContainerCannotRun`. */
function strangeEnd({ name, state }: ContainerStatus): string | undefined {
  const ending = state?.terminated;
  if (!ending || ending.exitCode === 0 || ordinaryReasons.has(ending.reason ?? '')) return undefined;
  const text = reasonText(ending.reason, ending.reason === 'OOMKilled' ? undefined : ending.message);
  return text && `${name}: ${text}`;
}

function unscheduled(conditions: NonNullable<Pod['status']>['conditions']): string | undefined {
  const scheduled = conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? reasonText(scheduled.reason, scheduled.message) : undefined;
}

function lastWarning(events: readonly ClusterEvent[]): string | undefined {
  const timeOf = ({ lastTimestamp, eventTime }: ClusterEvent) => Date.parse(lastTimestamp ?? eventTime ?? '') || 0;
  const last = events
    .filter(({ type }) => type === 'Warning')
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .at(-1);
  return last && reasonText(last.reason, last.message);
}

function reasonText(reason = '', message = ''): string | undefined {
  if (ordinaryReasons.has(reason)) return undefined;
  return message ? `${reason}: ${message}` : reason;
}

/** With `FallbackToLogsOnError` the message of a failed container is the end of its log. */
function lastLine(message = ''): string | undefined {
  return message.trim().split('\n').at(-1)?.trim() || undefined;
}

function clean(text: string): string {
  const printable = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  const characters = Array.from(printable);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : printable;
}
