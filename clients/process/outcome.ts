/**
 * How an ended run is told: as the outcome for the ProwJob (words of spec jobs.md 5.4) and as Prow's `finished.json`.
 */
import type { RunOutcome } from '../../domain/executor.ts';
import type { Refs } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { refsText } from '../../rules/refs-text.ts';
import type { CloneRecord } from './clone-records.ts';
import type { RunExit } from './run-files.ts';

export type EndedRun = Extract<RunOutcome, { kind: 'ended' }>;

export function outcomeOf({ reason, exitCode, message = '' }: RunExit): EndedRun {
  switch (reason) {
    case 'exited':
      return exitCode === 0 ? ended('success', 'Job succeeded.') : ended('failure', 'Job failed.');
    case 'not-started':
    case 'timeout':
    case 'clone-failed':
      return ended('failure', 'Job failed.');
    case 'running-timeout':
      return ended('aborted', 'Process running timeout.');
    case 'clone-timeout':
      return ended('error', 'Process pending timeout.');
    case 'aborted':
      return ended('aborted', 'Job aborted.');
    case 'shutdown':
      return ended('aborted', 'Job aborted: Bowsprit was stopped.');
    default:
      return ended('error', `Job was lost. ${message}`);
  }
}

function ended(state: EndedRun['state'], description: string): EndedRun {
  return { kind: 'ended', state, description };
}

/**
 * `finished.json` as the sidecar writes it. Undefined for runs that got no result: their record is written with the
 * ProwJob's final state instead (spec 6.3).
 */
export function finishedJson(spec: ProwJobSpec, exit: RunExit, metadata: Record<string, unknown>): object | undefined {
  const { state } = outcomeOf(exit);
  if (state === 'error') return undefined;
  const isAborted = state === 'aborted' || exit.exitCode === 130;
  const revision = revisionOf(mainRefs(spec));
  return {
    timestamp: Math.floor(exit.finishedAt / 1000),
    passed: state === 'success',
    result: state === 'success' ? 'SUCCESS' : isAborted ? 'ABORTED' : 'FAILURE',
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(revision && { revision }),
  };
}

export function startedJson(spec: ProwJobSpec, startedAt: number, records: readonly CloneRecord[]): object {
  const main = mainRefs(spec);
  const place = refsToCloneIndex(spec, main);
  const version = (place >= 0 && records[place]?.final_sha) || revisionOf(main);
  const pull = spec.refs?.pulls?.[0];
  const all = [...(spec.refs ? [spec.refs] : []), ...(spec.extra_refs ?? [])];
  return {
    timestamp: Math.floor(startedAt / 1000),
    ...(pull && { pull: String(pull.number) }),
    ...(all.length > 0 && {
      repos: Object.fromEntries(all.map((refs) => [`${refs.org}/${refs.repo}`, refsText(refs)])),
    }),
    ...(version && { 'repo-commit': version, 'repo-version': version }),
  };
}

/** Records come in the order of the refs, the job's own first. */
function refsToCloneIndex({ refs, extra_refs = [] }: ProwJobSpec, main: Refs | undefined): number {
  return main ? [...(refs ? [refs] : []), ...extra_refs].indexOf(main) : -1;
}

function mainRefs({ refs, extra_refs = [] }: ProwJobSpec): Refs | undefined {
  return refs ?? extra_refs.find(({ auxiliary }) => !auxiliary);
}

function revisionOf(refs: Refs | undefined): string {
  const [pull] = refs?.pulls ?? [];
  return (pull ? pull.sha : refs?.base_sha || refs?.base_ref) ?? '';
}
