/**
 * The filters of the job list (spec deck.md 1.5): in the address, in the options of their controls, and over the rows.
 * Pure. Options and rows go by the same facts, and a value that nothing has stays and gives no rows [fix].
 */
import type { JobRow } from '../../../api.ts';

export const filterNames = ['type', 'repo', 'pull', 'author', 'job', 'state', 'cluster'] as const;
export type FilterName = (typeof filterNames)[number];
/** An empty text does not filter. */
export type Filters = Record<FilterName, string>;

export const noFilters: Filters = { type: '', repo: '', pull: '', author: '', job: '', state: '', cluster: '' };

export function filtersFromSearch(search: string): Filters {
  const query = new URLSearchParams(search);
  return Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? ''])) as Filters;
}

/** `?a=b&…`, without empty filters; empty where nothing filters. Pages count from 1. */
export function searchFromFilters(filters: Filters, page = 1): string {
  const query = new URLSearchParams();
  for (const name of filterNames) if (filters[name] !== '') query.set(name, filters[name]);
  if (page > 1) query.set('page', String(page));
  const text = query.toString();
  return text && `?${text}`;
}

export function filterRows(rows: readonly JobRow[], filters: Filters): JobRow[] {
  const isJob = jobMatcher(filters.job, rows);
  return rows.filter(
    (row) => isJob(row.job) && filterNames.every((name) => name === 'job' || matches(row, name, filters[name])),
  );
}

/** A known name is that job alone; otherwise `*` stands for any run of characters, anchored at both ends. */
export function jobMatcher(wanted: string, rows: readonly JobRow[]): (job: string) => boolean {
  if (wanted === '') return () => true;
  if (!wanted.includes('*') || rows.some(({ job }) => job === wanted)) return (job) => job === wanted;
  const parts = wanted.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`, 's');
  return (job) => pattern.test(job);
}

/** What a row has for a filter; batches have several pulls and authors. */
function valuesOf(row: JobRow, name: FilterName): string[] {
  const pulls = row.refs?.pulls ?? [];
  switch (name) {
    case 'repo':
      return row.refs ? [`${row.refs.org}/${row.refs.repo}`] : [];
    case 'pull':
      return pulls.map(({ number }) => String(number));
    case 'author':
      return pulls.map(({ author }) => author).filter(Boolean);
    case 'cluster':
      return row.cluster ? [row.cluster] : [];
    default:
      return [row[name]];
  }
}

function matches(row: JobRow, name: FilterName, wanted: string): boolean {
  return wanted === '' || valuesOf(row, name).includes(wanted);
}

const narrowedByRepo: readonly FilterName[] = ['job', 'author', 'pull'];
const withoutPulls = ['periodic', 'postsubmit'];

/** The choices of a control, in order. */
export function optionsOf(rows: readonly JobRow[], name: FilterName, filters: Filters): string[] {
  if ((name === 'pull' || name === 'author') && withoutPulls.includes(filters.type)) return [];
  const narrowed = narrowedByRepo.includes(name);
  const found = new Set<string>();
  for (const row of rows) {
    if (narrowed && !matches(row, 'repo', filters.repo)) continue;
    for (const value of valuesOf(row, name)) found.add(value);
  }
  const values = [...found];
  if (name === 'pull') return values.sort((a, b) => Number(b) - Number(a));
  if (name === 'author') return values.sort((a, b) => compare(a.toLowerCase(), b.toLowerCase()));
  return values.sort(compare);
}

/** The filters whose value nothing in the list has: the reason why there are no rows. */
export function unknownFilters(rows: readonly JobRow[], filters: Filters): FilterName[] {
  return filterNames.filter((name) => {
    const wanted = filters[name];
    if (wanted === '') return false;
    if (name === 'job') return !rows.some(({ job }) => jobMatcher(wanted, rows)(job));
    return !rows.some((row) => matches(row, name, wanted));
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
