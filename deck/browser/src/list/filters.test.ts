import { describe, expect, test } from '@jest/globals';
import type { JobRow } from '../../../api.ts';
import { filterRows, filtersFromSearch, noFilters, optionsOf, searchFromFilters, unknownFilters } from './filters.ts';

// Numbers in names are those of spec deck.md section 8.

function row(over: Partial<JobRow>): JobRow {
  return {
    name: `${over.job} ${over.state}`,
    job: 'echo-test',
    type: 'periodic',
    state: 'success',
    startTime: '2026-11-24T12:00:00Z',
    ownRefs: true,
    temporalUrl: '',
    abortable: false,
    ...over,
  };
}

function pulls(repo: string, ...list: [number, string][]): Partial<JobRow> {
  const [org = '', name = ''] = repo.split('/');
  const refs = { org, repo: name, pulls: list.map(([number, author]) => ({ number, author, sha: 'abc' })) };
  return { type: list.length > 1 ? 'batch' : 'presubmit', refs };
}

const rows = [
  row({ job: 'pull-a', ...pulls('o/r', [9, 'bob']) }),
  row({ job: 'pull-b', ...pulls('o/r', [10, 'Ann']), state: 'failure' }),
  row({ job: 'batch', ...pulls('o/s', [9, 'bob'], [11, 'cy']) }),
  row({ job: 'periodic', state: 'scheduling', cluster: 'build', refs: { org: 'x', repo: 'y' }, ownRefs: false }),
  row({ job: 'a.b*c' }),
  row({ job: 'axb-c' }),
];

const jobsWith = (filters: Partial<typeof noFilters>) =>
  filterRows(rows, { ...noFilters, ...filters }).map(({ job }) => job);

describe('rows', () => {
  test.each([
    ['line 15: a pattern', { job: 'pull-*' }, ['pull-a', 'pull-b']],
    ['line 15: a part of a name is no pattern', { job: 'ull' }, []],
    ['a pattern is anchored at both ends', { job: '*ll-a' }, ['pull-a']],
    ['a known name is that job, even with a star in it', { job: 'a.b*c' }, ['a.b*c']],
    ['everything but stars is literal', { job: 'a.b*' }, ['a.b*c']],
    ['line 16 [fix]: a state that nothing has gives no rows', { state: 'bogus' }, []],
    ['line 19 [fix]: scheduling is a state like any other', { state: 'scheduling' }, ['periodic']],
    ['a batch has several pulls', { pull: '11' }, ['batch']],
    ['one of the pulls is enough', { pull: '9' }, ['pull-a', 'batch']],
    ['authors of any of the pulls', { author: 'bob' }, ['pull-a', 'batch']],
    ['the repository of extra refs counts', { repo: 'x/y' }, ['periodic']],
    ['all filters must hold', { repo: 'o/r', state: 'failure' }, ['pull-b']],
    ['cluster', { cluster: 'build' }, ['periodic']],
    ['type', { type: 'batch' }, ['batch']],
  ])('%s', (_name, filters, expected) => {
    expect(jobsWith(filters)).toEqual(expected);
  });
});

describe('choices', () => {
  const choices = (name: Parameters<typeof optionsOf>[1], filters: Partial<typeof noFilters> = {}) =>
    optionsOf(rows, name, { ...noFilters, ...filters });

  test('pulls are sorted as numbers, the newest first; authors whatever their case', () => {
    expect(choices('pull')).toEqual(['11', '10', '9']);
    expect(choices('author')).toEqual(['Ann', 'bob', 'cy']);
  });

  test('line 19 [fix]: the states of the list, scheduling too', () => {
    expect(choices('state')).toEqual(['failure', 'scheduling', 'success']);
  });

  test.each(['periodic', 'postsubmit'])('a %s has no pulls to choose', (type) => {
    expect([choices('pull', { type }), choices('author', { type })]).toEqual([[], []]);
  });

  test('a repository narrows jobs, pulls and authors', () => {
    const filters = { repo: 'o/r' };
    expect(choices('job', filters)).toEqual(['pull-a', 'pull-b']);
    expect(choices('pull', filters)).toEqual(['10', '9']);
    expect(choices('author', filters)).toEqual(['Ann', 'bob']);
  });

  test('[fix] a repository that only extra refs name can be chosen', () => {
    expect(choices('repo')).toEqual(['o/r', 'o/s', 'x/y']);
  });
});

describe('address', () => {
  test('filters survive the way through the address, and empty ones are left out', () => {
    const filters = { ...noFilters, job: 'a*&=b', repo: 'o/r' };

    expect(searchFromFilters(filters)).toBe('?repo=o%2Fr&job=a*%26%3Db');
    expect(filtersFromSearch(searchFromFilters(filters, 3))).toEqual(filters);
    expect(searchFromFilters(noFilters)).toBe('');
  });

  test('the filters that nothing in the list has are named', () => {
    expect(unknownFilters(rows, { ...noFilters, state: 'bogus', job: 'ull', repo: 'o/r' })).toEqual(['job', 'state']);
  });
});
