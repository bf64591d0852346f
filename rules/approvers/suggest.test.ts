import { expect, test } from '@jest/globals';
import { createRepoOwners, defaultOwnersRules } from '../owners/repo-owners.ts';
import { requiredOwners } from './required-owners.ts';
import { suggestedApprovers } from './suggest.ts';

const owners = createRepoOwners(
  new Map([
    ['OWNERS', 'approvers: [root]'],
    ['a/OWNERS', 'approvers: [ann, both]'],
    ['b/OWNERS', 'approvers: [ben, both]'],
    ['f/OWNERS', 'filters: {"\\\\.go$": {approvers: [gopher]}, "\\\\.md$": {approvers: [writer]}}'],
  ]),
  defaultOwnersRules,
);

interface Given {
  paths: string[];
  approvers?: string[];
  assignees?: string[];
  random?: number;
}

function suggested({ paths, approvers = [], assignees = [], random = 0 }: Given): string[] {
  return suggestedApprovers({
    required: requiredOwners(owners, paths),
    approvers: new Set(approvers),
    assignees: new Set(assignees),
    random: () => random,
  });
}

test.each<[string, Given, string[]]>([
  ['one who covers everything', { paths: ['a/x', 'b/x'] }, ['both']],
  ['only for what is missing', { paths: ['a/x', 'b/x'], approvers: ['ann'] }, ['both']],
  ['those who are assigned and do', { paths: ['a/x', 'b/x'], assignees: ['ann', 'ben', 'idle'] }, ['ann', 'ben']],
  ['an assignee from further up', { paths: ['a/x'], assignees: ['root'] }, ['root']],
  ['all that filters ask for', { paths: ['f/x.go', 'f/x.md'] }, ['gopher', 'writer']],
  ['nobody, for a file that nobody owns among many', { paths: ['a/x', 'b/x'], approvers: ['both'] }, []],
  ['nobody for nothing', { paths: [] }, []],
])('%s', (_name, given, expected) => {
  expect(suggested(given)).toEqual(expected);
});

test('chance decides between people who cover the same', () => {
  expect(suggested({ paths: ['a/x'] })).toEqual(['ann']);
  expect(suggested({ paths: ['a/x'], random: 0.99 })).toEqual(['both']);
});

test('nobody owns anything: nobody is suggested', () => {
  const nobody = createRepoOwners(new Map(), defaultOwnersRules);

  expect(
    suggestedApprovers({
      required: requiredOwners(nobody, ['x']),
      approvers: new Set(),
      assignees: new Set(['a']),
      random: () => 0,
    }),
  ).toEqual([]);
});
