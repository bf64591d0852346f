import { describe, expect, test } from '@jest/globals';
import { enabledPlugins, externalPluginsFor, hookOwners } from './plugin-enablement.ts';

const config = {
  plugins: new Map([
    ['o', { plugins: ['size', 'wip'], excluded_repos: ['r'] }],
    ['o/r', { plugins: ['size', 'size'], excluded_repos: [] }],
    ['o/s', { plugins: ['hold'], excluded_repos: [] }],
  ]),
  external_plugins: new Map([
    ['o', [{ name: 'x', endpoint: 'http://x', events: ['issue_comment'] }]],
    ['o/r', [{ name: 'y', endpoint: 'http://y', events: [] }]],
  ]),
};

describe('plugins', () => {
  test.each([
    ['10: an excluded repository has its own only, each once', 'r', ['size']],
    ['those of the organisation and its own', 's', ['size', 'wip', 'hold']],
    ['those of the organisation', 'other', ['size', 'wip']],
    ['21: the case of names counts', 'S', ['size', 'wip']],
  ])('%s', (_name, repo, expected) => {
    expect(enabledPlugins(config, 'o', repo)).toEqual(expected);
  });

  test('none where nobody named the organisation', () => {
    expect(enabledPlugins(config, 'p', 'r')).toEqual([]);
  });
});

describe('external plugins', () => {
  const names = (repo: string, event: string) => externalPluginsFor(config, 'o', repo, event).map(({ name }) => name);

  test('12: an excluded repository is forwarded all the same', () => {
    expect(names('r', 'issue_comment')).toEqual(['x', 'y']);
  });

  test('13: without events, all of them', () => {
    expect(names('r', 'deployment_status')).toEqual(['y']);
    expect(names('s', 'deployment_status')).toEqual([]);
  });
});

test('hooks are looked for at organisations and repositories, each once', () => {
  const only = { plugins: new Map([['p/q', { plugins: [], excluded_repos: [] }]]), external_plugins: new Map() };

  expect(hookOwners(config)).toEqual(['o', 'o/r', 'o/s']);
  expect(hookOwners(only)).toEqual(['p', 'p/q']);
});
