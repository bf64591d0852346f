/**
 * What Prow keeps about cloning (spec jobs.md 5.11 and 6.3): `clone-records.json` for programs and `clone-log.txt` for people.
 */
import type { Refs } from '../../domain/job-config.ts';
import { formatDuration } from '../../domain/duration.ts';

export interface CloneCommand {
  command: string;
  output?: string;
  error?: string;
  /** Nanoseconds. */
  duration?: number;
}

export interface CloneRecord {
  refs: Refs;
  commands?: CloneCommand[];
  failed?: boolean;
  /** The commit that was checked out in the end, after merging. */
  final_sha?: string;
  /** Nanoseconds. */
  duration?: number;
}

export function cloneLogOf(records: readonly CloneRecord[]): string {
  return records.flatMap(linesOf).join('\n') + '\n';
}

function linesOf({ refs, commands = [], failed, final_sha = '', duration = 0 }: CloneRecord): string[] {
  const pulls = refs.pulls ?? [];
  return [
    ...(failed ? ['# FAILED'] : []),
    `# Cloning ${refs.org}/${refs.repo} at ${refs.base_ref ?? ''}${refs.base_sha ? `(${refs.base_sha})` : ''}`,
    ...(pulls.length > 0 ? ['# Checking out pulls:'] : []),
    ...pulls.map(({ number, sha }) => `#\t${number}${sha ? `(${sha})` : ''}`),
    ...commands.flatMap(commandLines),
    `# Final SHA: ${final_sha}`,
    `# Total runtime: ${formatDuration(BigInt(duration))}`,
  ];
}

function commandLines({ command, output = '', error, duration }: CloneCommand): string[] {
  return [
    `$ ${command}${duration ? ` (runtime: ${formatDuration(BigInt(duration))})` : ''}`,
    ...(output === '' ? [] : [output.replace(/\n$/, '')]),
    ...(error ? [`# Error: ${error}`] : []),
  ];
}
