/** A list of jobs with changes applied, in the server's order: newest start first, then by job. Unchanged rows stay the same objects. */
import type { JobChanges, JobRow } from '../../../api.ts';

export function mergeRows(rows: readonly JobRow[], { changed, removed }: JobChanges): JobRow[] {
  const news = new Map(changed.map((row) => [row.name, row]));
  const gone = new Set(removed);
  const merged = rows.filter(({ name }) => !gone.has(name) && !news.has(name));
  return [...merged, ...news.values()].sort(byStart);
}

function byStart(a: JobRow, b: JobRow): number {
  if (a.startTime !== b.startTime) return a.startTime < b.startTime ? 1 : -1;
  return a.job < b.job ? -1 : a.job > b.job ? 1 : 0;
}
