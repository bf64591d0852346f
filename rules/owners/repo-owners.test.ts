import { describe, expect, test } from '@jest/globals';
import { createRepoOwners, defaultOwnersRules, isOwnersSource, type OwnersRules } from './repo-owners.ts';

const owners = (files: Record<string, string>, rules: Partial<OwnersRules> = {}) =>
  createRepoOwners(new Map(Object.entries(files)), { ...defaultOwnersRules, ...rules });
const list = (names: ReadonlySet<string>) => [...names].sort();

describe('spec plugins-review.md E, OWNERS', () => {
  test('22: filters beside top-level people are ignored', () => {
    const found = owners({ OWNERS: 'approvers: [a]\nfilters:\n  "\\\\.go$":\n    approvers: [b]' });

    expect(list(found.leafApprovers('x.go'))).toEqual(['a']);
  });

  test('23: no_parent_owners stops only where something was collected', () => {
    const found = owners({
      OWNERS: 'approvers: [root]',
      'a/OWNERS': 'options: {no_parent_owners: true}',
      'a/b/OWNERS': 'approvers: [bea]',
    });

    expect(found.approvers('a/x').map(list)).toEqual([[], [], ['root']]);
    expect(found.approvers('a/b/x').map(list)).toEqual([[], ['bea'], []]);
  });

  test('24: a directory whose approvers are no collaborators falls through to its parent', () => {
    const files = { OWNERS: 'approvers: [root]', 'a/OWNERS': 'approvers: [gone]\noptions: {no_parent_owners: true}' };
    const found = owners(files, { collaborators: new Set(['root']) });

    expect(found.approversDir('a/x')).toBe('');
    expect(list(found.leafApprovers('a/x'))).toEqual(['root']);
  });

  test('25: an alias in an alias is a login', () => {
    const files = { OWNERS: 'approvers: [team]', OWNERS_ALIASES: 'aliases: {team: [other, "@Al"], other: [nobody]}' };

    expect(list(owners(files).allApprovers())).toEqual(['al', 'other']);
  });

  test('26, 27: logins are normalised, emeritus people have no say', () => {
    const found = owners({ OWNERS: 'Approvers: ["@Alice"]\nemeritus_approvers: [bob]' });

    expect(list(found.topLevelApprovers())).toEqual(['alice']);
  });

  test('29: a number in a simple list makes the file say nothing; filters choose by path', () => {
    const found = owners({
      OWNERS: 'approvers: [root]',
      'a/OWNERS': 'approvers: [alice, 12345]',
      'b/OWNERS': 'filters:\n  "\\\\.go$":\n    approvers: [gopher, 7]',
    });

    expect(list(found.leafApprovers('a/x'))).toEqual(['root']);
    expect(list(found.leafApprovers('b/x.md'))).toEqual(['root']);
    expect(list(found.leafApprovers('b/x.go'))).toEqual(['7', 'gopher']);
  });

  test('30: front matter is the innermost level, and the file speaks for itself', () => {
    const files = { 'docs/OWNERS': 'approvers: [yy]', 'docs/p.md': '---\napprovers: [x]\n---\n# P' };
    const found = owners(files, { markdown: true });

    expect(found.approvers('docs/p.md').map(list)).toEqual([['x'], ['yy'], []]);
    expect(found.fileOf(found.approversDir('docs/p.md'))).toBe('docs/p.md');
    expect(found.fileOf('docs')).toBe('docs/OWNERS');
  });
});

test('ignored directories are not looked into', () => {
  const found = owners({ 'vendor/x/OWNERS': 'approvers: [a]', 'vendor/x/y/OWNERS': 'approvers: [b]' });

  expect(list(found.allApprovers())).toEqual(['a']);
});

test.each([
  ['no YAML', 'approvers: [a'],
  ['a list', '- a'],
  ['options of a wrong type', 'approvers: [a]\noptions: {no_parent_owners: "yes"}'],
])('a file with %s says nothing, and the others stay', (_name, text) => {
  expect(list(owners({ OWNERS: text, 'a/OWNERS': 'approvers: [al]' }).allApprovers())).toEqual(['al']);
});

test('only files that have a say are asked for', () => {
  const sources = ['OWNERS', 'a/OWNERS', 'OWNERS_ALIASES', 'a/OWNERS_ALIASES', 'README.md'];

  expect(sources.filter((path) => isOwnersSource(path, defaultOwnersRules))).toEqual([
    'OWNERS',
    'a/OWNERS',
    'OWNERS_ALIASES',
  ]);
  expect(isOwnersSource('README.md', { ...defaultOwnersRules, markdown: true })).toBe(true);
});
