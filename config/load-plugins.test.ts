import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from './load-plugins.ts';
import type { Problem } from './problem.ts';

const parse = (text: string) => parsePlugins('plugins.yaml', text);

describe('refused, with file, line and key', () => {
  test.each([
    [
      '11: one plugin on org and repo',
      'plugins: {o: {plugins: [size]}, o/r: {plugins: [size]}}',
      'plugins.o/r: lists size',
    ],
    ['both that ask for reviews', 'plugins: {o: {plugins: [rifle]}, o/r: {plugins: [blunderbuss]}}', 'not both'],
    ['an external plugin on org and repo', 'external_plugins: {o: [{name: x}], o/r: [{name: x}]}', 'lists x'],
    ['a repository in two blocks of approve', 'approve: [{repos: [o]}, {repos: [o]}]', 'approve[1].repos: o is in'],
    ['sizes that do not grow', 'size: {s: 5}', 'size: must grow'],
    ['no request', 'blunderbuss: {request_count: 0}', 'blunderbuss.request_count: must be 1'],
    [
      'a missing label that is of the kind',
      'require_matching_label: [{org: o, prs: true, regexp: ^a, missing_label: ab}]',
      'must not match',
    ],
    ['neither pulls nor issues', 'require_matching_label: [{org: o, regexp: ^a, missing_label: b}]', 'prs or issues'],
    [
      'no expression',
      'require_matching_label: [{org: o, prs: true, regexp: "(", missing_label: b}]',
      'regular expression',
    ],
    ['an unknown check', 'invalid_commit_msg: [{checks: [{name: x}]}]', '"x" must be fixupPrefix'],
    ['a wrong type', 'lgtm: [{store_tree_hash: "yes"}]', 'lgtm[0].store_tree_hash'],
    [
      'an empty prefix of labels that ask for picks',
      "cherrypicker: {label_prefix: ''}",
      'cherrypicker.label_prefix: must not be empty',
    ],
    [
      'a label without a name for picks',
      "cherrypicker: {labels: [a, ' ']}",
      'cherrypicker.labels[1]: must be the name of a label',
    ],
    ['labels of picks that are no list', 'cherrypicker: {labels: a}', 'cherrypicker.labels'],
    ['a template that is none', 'welcome: [{message_template: "{{"}]', 'Go template'],
  ])('%s', (_name, text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(/^plugins\.yaml:1/);
  });
});

describe('accepted', () => {
  test.each([
    [
      '11: one plugin on org and repo, where the repo is excluded',
      'plugins: {o: {plugins: [size], excluded_repos: [r]}, o/r: {plugins: [size]}}',
    ],
    ['15: a plugin that does not exist', 'plugins: {o: {plugins: [aprove]}}'],
    [
      'the same repository in two blocks of lgtm and triggers',
      'lgtm: [{repos: [o]}, {repos: [o]}]\ntriggers: [{repos: [o]}, {repos: [o]}]',
    ],
    ['only the largest size', 'size: {xxl: 2000}'],
    ['nothing', ''],
  ])('%s', (_name, text) => {
    expect(() => parse(text)).not.toThrow();
  });

  test('the older form, a plain list', () => {
    expect(parse('plugins: {o: [size, wip]}').plugins.get('o')).toEqual({
      plugins: ['size', 'wip'],
      excluded_repos: [],
    });
  });

  test('unknown keys are told, keys match in any case', () => {
    const unknown: Problem[] = [];
    const config = parsePlugins('p.yaml', 'Retitle: {allow_closed_issues: true}\nretittle: {}', {
      unknownKey: (problem) => unknown.push(problem),
    });

    expect(config.retitle.allow_closed_issues).toBe(true);
    expect(unknown).toMatchObject([{ key: 'retittle', line: 2 }]);
  });
});

describe('cherrypicker, which has flags in Prow', () => {
  const flags = {
    allow_all: false,
    use_prow_assignments: true,
    create_issue_on_conflict: false,
    labels: [],
    label_prefix: 'cherrypick/',
  };

  test.each([
    ['the flags of Prow where nothing is set', '', {}],
    ['the same for an empty block', 'cherrypicker:\n', {}],
    ['one', 'cherrypicker: {use_prow_assignments: false}', { use_prow_assignments: false }],
    [
      'all',
      'cherrypicker: {allow_all: true, create_issue_on_conflict: true, labels: [pick, a b], label_prefix: to-}',
      { allow_all: true, create_issue_on_conflict: true, labels: ['pick', 'a b'], label_prefix: 'to-' },
    ],
  ])('%s', (_name, text, set) => {
    expect(parse(text).cherrypicker).toEqual({ ...flags, ...set });
  });
});

test('defaults', () => {
  const config = parse(
    'external_plugins: {o: [{name: x}]}\ntriggers: [{repos: [o], trusted_org: t}]\nblunderbuss: {wait_for_status: {}}',
  );

  expect(config).toMatchObject({
    size: { s: 10, m: 30, l: 100, xl: 500, xxl: 1000 },
    owners: { labels_denylist: ['approved', 'lgtm'] },
    blunderbuss: { request_count: 2, max_request_count: 0, wait_for_status: { context: 'tide', state: 'pending' } },
    triggers: [{ join_org_url: 'https://github.com/orgs/t/people' }],
  });
  expect(config.external_plugins.get('o')).toEqual([{ name: 'x', endpoint: 'http://x', events: [] }]);
});

const real = '../shared/data/test-infra/config/prow/plugins.yaml';
(existsSync(real) ? test : test.skip)('the real plugins.yaml loads (needs ../shared)', () => {
  const unknown: Problem[] = [];
  const config = parsePlugins(real, readFileSync(real, 'utf8'), { unknownKey: (problem) => unknown.push(problem) });

  expect(config.plugins.size).toBe(82);
  expect(config.external_plugins.size).toBe(60);
  expect(unknown).toEqual([]);
});

test('the secret of an external plugin is looked for beside the file that names it', () => {
  const parsed = parsePlugins(
    '/etc/prow/plugins.yaml',
    'external_plugins: {o: [{name: x, hmac_secret_file: secrets/x}, {name: z, hmac_secret_file: /run/y}]}',
  );

  expect(parsed.external_plugins.get('o')).toMatchObject([
    { name: 'x', hmac_secret_file: '/etc/prow/secrets/x' },
    { name: 'z', hmac_secret_file: '/run/y' },
  ]);
});
