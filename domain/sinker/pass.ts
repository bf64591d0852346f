/**
 * One pass of the sweep: what it is asked, what it found and did. Plain JSON, since it is a workflow's input and result; sizes
 * do not grow with the installation.
 */
import { formatDuration } from '../duration.ts';

export interface SinkerInput {
  v: 1;
  /** Only tell what would be removed. The installation's setting `sinkerDryRun` does the same. */
  dryRun?: boolean;
  /** Look through all of blob storage for old records now; otherwise once a day. */
  sweepRecords?: boolean;
}

/** How often, by reason. */
export type Tally = Record<string, number>;

/** Removals of one kind, and those that failed (by the reason of the failure). */
export interface Swept {
  existing: number;
  removed: Tally;
  errors: Tally;
}

export interface SinkerResult {
  v: 1;
  dryRun: boolean;
  /** When the pass began (RFC 3339). */
  at: string;
  seconds: number;
  pods: Swept;
  /** Executions, each with its record. */
  prowJobs: Swept;
  /** Records whose execution is gone already; absent where this pass did not look. `existing` counts objects looked at. */
  records?: Swept;
  /** What was stored to handle events of code hosts; absent where this pass did not look. `existing` counts objects. */
  events?: Swept;
  /** When all records were last looked at. */
  recordsAt?: string;
  /** Folders of ended runs of the process executor. */
  runFolders: number;
  /** Parts of the pass that could not be done; the others were. */
  failed: { part: string; reason: string }[];
}

export function emptySwept(): Swept {
  return { existing: 0, removed: {}, errors: {} };
}

export function count(tally: Tally, reason: string, by = 1): void {
  tally[reason] = (tally[reason] ?? 0) + by;
}

export function sumSwept(parts: readonly Swept[]): Swept {
  const sum = emptySwept();
  for (const { existing, removed, errors } of parts) {
    sum.existing += existing;
    for (const [reason, number] of Object.entries(removed)) count(sum.removed, reason, number);
    for (const [reason, number] of Object.entries(errors)) count(sum.errors, reason, number);
  }
  return sum;
}

/** Markdown for people: the workflow's details in the Temporal UI, and the CLI's answer. */
export function describePass(result: SinkerResult): string {
  const { dryRun, seconds, pods, prowJobs, records, events, runFolders, failed } = result;
  const lines = [
    `${dryRun ? '**Dry run**: nothing was removed. ' : ''}Took ${formatDuration(BigInt(Math.round(seconds * 1e9)))}`,
    `- pods: ${sweptText(pods)}`,
    `- ProwJobs: ${sweptText(prowJobs)}`,
    ...(records ? [`- records without execution: ${sweptText(records)}`] : []),
    ...(events ? [`- stored events: ${sweptText(events)}`] : []),
    `- folders of ended runs: ${runFolders} removed`,
    ...failed.map(({ part, reason }) => `- **${part} failed**: ${reason.replaceAll('`', "'")}`),
  ];
  return lines.join('\n');
}

function sweptText({ existing, removed, errors }: Swept): string {
  const failures = tallyText(errors);
  return `${existing} found, ${tallyText(removed) || 'none'} removed${failures ? `, failed: ${failures}` : ''}`;
}

function tallyText(tally: Tally): string {
  return Object.entries(tally)
    .map(([reason, number]) => `${number} ${reason}`)
    .join(', ');
}
