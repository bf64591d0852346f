/** Whether one OWNERS file that a pull changes would be a good one (spec plugins-review.md C.13). */
import type { ChangedFile } from '../../domain/review/item.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import { OwnersFileError, parseOwnersFile, type OwnersFile } from '../../rules/owners/owners-file.ts';
import { addedLines } from '../../rules/patch-lines.ts';

export interface Verdict {
  /** What is wrong, and at which position of the patch to say so. */
  problem?: { text: string; position: number };
  /** Who would be approver or reviewer, as it is spelled there; nobody where something is wrong. */
  owners: readonly string[];
}

/** Where nothing better is known. */
const firstLine = 1;

export function checkFile(
  { path, patch = '' }: ChangedFile,
  text: string | undefined,
  deniedLabels: readonly string[],
): Verdict {
  const wrong = (problem: string, position = firstLine): Verdict => ({
    problem: { text: problem, position },
    owners: [],
  });
  if (text === undefined) return wrong('This file cannot be read.');
  let file: OwnersFile;
  try {
    file = parseOwnersFile(text);
  } catch (error) {
    if (!(error instanceof OwnersFileError)) throw error;
    const position = error.line === undefined ? undefined : addedLines(patch).get(error.line);
    return wrong(`This file cannot be parsed: ${inlineCode(error.message)}`, position);
  }
  const listed = (role: 'approvers' | 'reviewers' | 'labels') => file.entries.flatMap(({ lists }) => lists[role]);
  const denied = [...new Set(listed('labels').filter((label) => deniedLabels.includes(label)))];
  if (denied.length > 0) return wrong(`OWNERS files must not add these labels: ${denied.map(inlineCode).join(', ')}`);
  const approvers = listed('approvers');
  if (!path.includes('/') && approvers.length === 0) return wrong('The file of the root needs an approver.');
  return { owners: [...listed('reviewers'), ...approvers] };
}
