import { describe, expect, test } from '@jest/globals';
import { runPlugin } from '../../test/harness/plugin-case.ts';

const file = (path: string, additions: number) => ({ path, status: 'modified', additions, deletions: 0 });
const opened = (files: ReturnType<typeof file>[], state: object = {}, config?: Record<string, unknown>) =>
  runPlugin('size', {
    item: { files },
    state,
    event: { type: 'pull_request', action: 'opened' },
    ...(config && { config }),
  });

test.each([
  [9, 'XS'],
  [10, 'S'],
  [29, 'S'],
  [30, 'M'],
  [99, 'M'],
  [100, 'L'],
  [499, 'L'],
  [500, 'XL'],
  [999, 'XL'],
  [1000, 'XXL'],
])('109: %d lines are %s', async (lines, label) => {
  expect(await opened([file('x.go', lines)])).toEqual({ labelsAdded: [`size/${label}`] });
});

test('109: binary files count nothing, deletions do', async () => {
  const binary = { path: 'x.png', status: 'added', additions: 0, deletions: 0 };
  const deleted = { path: 'y', status: 'removed', additions: 0, deletions: 30 };

  expect(await opened([binary, deleted])).toEqual({ labelsAdded: ['size/M'] });
});

test('one label is kept', async () => {
  const written = await opened([file('x', 1)], { labels: ['size/L', 'size/huge', 'kind/bug'] });

  expect(written).toEqual({ labelsAdded: ['size/XS'], labelsRemoved: ['size/L', 'size/huge'] });
});

describe('generated files', () => {
  const generated = (name: string, text: string, path = 'gen/a.go') =>
    opened([file(path, 400), file('x.go', 1)], { baseFiles: { [name]: text } });

  test.each([
    ['107: without a value', '*.go linguist-generated', 'L'],
    ['107: with the value', 'gen/*.go linguist-generated=true', 'XS'],
    ['anchored, and whatever is below', '/gen linguist-generated=true', 'XS'],
    ['at any depth', '**/gen/** linguist-generated=true', 'XS'],
    ['not by half a name', 'ge/** linguist-generated=true', 'L'],
    ['a malformed pattern matches nothing', '[ linguist-generated=true', 'L'],
  ])('%s: %s', async (_name, text, label) => {
    expect(await generated('.gitattributes', text)).toEqual({ labelsAdded: [`size/${label}`] });
  });

  test.each(['vendor/ linguist-generated=true', '!*.go linguist-generated=true'])(
    '107: %s fails the plugin, and no label is set',
    async (text) => {
      expect(await generated('.gitattributes', text)).toEqual({ error: true });
    },
  );

  test('108: a list that the pull brings itself does not count', async () => {
    const written = await opened([file('gen/a.go', 400)], { headFiles: { '.generated_files': 'prefix gen/' } });

    expect(written).toEqual({ labelsAdded: ['size/L'] });
  });

  test('a list of paths in another file', async () => {
    const baseFiles = { '.generated_files': 'paths-from-repo list', list: '# all\ngen/a.go\n' };

    expect(await opened([file('gen/a.go', 400), file('x', 1)], { baseFiles })).toEqual({ labelsAdded: ['size/XS'] });
  });
});

test('limits from the configuration', async () => {
  const config = { size: { s: 1, m: 2, l: 3, xl: 4, xxl: 5 } };

  expect(await opened([file('x', 5)], {}, config)).toEqual({ labelsAdded: ['size/XXL'] });
});
