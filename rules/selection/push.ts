/**
 * Which postsubmits a push starts (spec jobs.md 3.6). Branches and tags are treated alike.
 */
import type { Postsubmit } from '../../domain/job-config.ts';
import { filesOfPush, type PushedCommit } from './changed-files.ts';
import { postsubmitRuns } from './gate.ts';

export interface Push {
  /** The full ref, such as `refs/heads/main`. */
  ref: string;
  after: string;
  deleted?: boolean;
  commits?: readonly PushedCommit[];
}

const noCommit = /^0+$/;

/** None when a branch is deleted. */
export async function selectForPush(push: Push, postsubmits: readonly Postsubmit[]): Promise<Postsubmit[]> {
  if (isDeletion(push)) return [];
  const branch = branchOfRef(push.ref);
  const files = filesOfPush(push.commits ?? []);
  const selected: Postsubmit[] = [];
  for (const job of postsubmits) {
    if (await postsubmitRuns(job, branch, () => Promise.resolve(files))) selected.push(job);
  }
  return selected;
}

/** Nothing is left that could be tested. */
export function isDeletion({ deleted, after }: Pick<Push, 'deleted' | 'after'>): boolean {
  return (deleted ?? false) || noCommit.test(after);
}

/** The name of the branch or tag; other refs stay whole. */
export function branchOfRef(ref: string): string {
  return ref.replace(/^refs\/heads\//, '').replace(/^refs\/tags\//, '');
}
