/** What the checks of the documentation themselves can see. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { duration, flag, list, part, text } from '../../config/schema/kinds.ts';
import { keyRows } from './config-keys.ts';
import { anchorsOf, codeOf, linkProblem, linksOf } from './links.ts';
import { anchorOf, table } from './markdown.ts';
import { bowspritCalls, callProblem, tableCalls, unknownWireNames } from './mentions.ts';

describe('links', () => {
  test('are found in prose, not in code', () => {
    const page = 'See [a](a.md) and `[b](b.md)`.\n\n```\n[c](c.md)\n```\n\n[`d`](d.md#e)\n';

    expect(linksOf(page)).toEqual(['a.md', 'd.md#e']);
  });

  test.each([
    ['package.json', undefined],
    ['https://example.com/nowhere', undefined],
    ['no-such-file.md', 'no-such-file.md does not exist'],
    ['../outside.md', '../outside.md leads out of the project'],
    ['package.json#name', 'package.json#name has an anchor, but is no page'],
    ['#your-own-configuration', undefined],
    ['README.md#no-such-heading', 'README.md#no-such-heading names a heading that does not exist'],
  ])('%s in README: %s', (target, problem) => {
    expect(linkProblem('README.md', target)).toBe(problem);
  });

  test('a heading that occurs twice has two anchors, and lines of code have none', () => {
    const page = '# A b\n\n## `c`, d!\n\n## A b\n\n```sh\n# no heading\n```\n';

    expect([...anchorsOf(page)]).toEqual(['a-b', 'c-d', 'a-b-1']);
    expect(anchorOf('Different on purpose')).toBe('different-on-purpose');
  });
});

describe('calls of bowsprit', () => {
  test.each([
    ['npx bowsprit jobs list --job a | head', undefined],
    ['npm start -- --config-path a --executor none   # nothing runs', undefined],
    ['npm start', undefined],
    ['bowsprit periodic', undefined],
    ['bowsprit job abort NAME --help', undefined],
    ['bowsprit jobs remove', 'bowsprit jobs remove: no such command'],
    ['bowsprit remove', 'bowsprit remove: no such command'],
    ['npx bowsprit job logs --tail a', 'bowsprit job logs --tail a: --tail is no option'],
    ['npm start -- --speed=9', 'bowsprit up --speed=9: --speed is no option'],
  ])('%s: %s', (line, problem) => {
    const calls = bowspritCalls(line);

    expect(calls).toHaveLength(1);
    expect(calls.map(callProblem)).toEqual([problem]);
  });

  test('stand in tables, too', () => {
    const page =
      '| With `npx bowsprit` | With others |\n|---|---|\n| `jobs list` | `ls` |\n| | `x` |\n| `jobs` | |\n\n| a |\n|---|\n| `b` |\n';

    expect(tableCalls(page)).toEqual([['jobs', 'list'], ['jobs']]);
  });

  test('other lines are no calls', () => {
    expect(['temporal schedule list', 'npm test', '`bowsprit`'].flatMap(bowspritCalls)).toEqual([]);
  });
});

test.each([
  ['temporal workflow start --type startJob --task-queue jobs --workflow-id start:1', []],
  ['temporal workflow update execute --name abort --workflow-id ID', []],
  ['temporal workflow start --type start --task-queue job', ['start', 'job']],
  ['temporal workflow signal --name stop', ['stop']],
  ['temporal schedule list', []],
  ['temporal workflow list --query \'ProwJob="a" AND ProwColour="b"\'', ['ProwColour']],
  ['other --name stop', []],
])('wire names in %s that do not exist: %j', (line, unknown) => {
  expect(unknownWireNames(line)).toEqual(unknown);
});

test('code is what stands in blocks, line by line, and in spans', () => {
  expect(codeOf('Use `a b`.\n\n```sh\nc \\\n  d\ne\n```\n')).toEqual(['c    d', 'e', '', 'a b']);
});

test('cells escape what Markdown would take for markup, outside code', () => {
  expect(table(['k'], [['*, <b> and `<c>|*`\nmore']])).toBe(String.raw`| k |
|---|
| \*, \<b> and ${'`<c>\\|*`'} more |`);
});

describe('keys of a schema', () => {
  const Named = z.object({ inner: text('Text.') });
  const shared = { a: text('A.'), b: text('B.'), c: text('C.'), d: text('D.') };
  const shape = {
    ...shared,
    since: duration('Since when.'),
    named: part(Named, 'Named.'),
    parts: list(z.object({ on: flag('Whether.') }), 'Parts.'),
    below: part(z.object({ ...shared, own: text('Own.') }), 'Below.'),
    silent: z.string(),
  };

  test('are listed with type, default and meaning; named objects are linked, others go on', () => {
    const undescribed: string[] = [];
    const defaultOf = (path: readonly string[]) => (path.join('.') === 'x.since' ? '10m0s' : undefined);

    const rows = keyRows(shape, 'x.', { named: new Map([[Named, 'Named thing']]), undescribed, defaultOf });

    const row = (key: string) => rows.find((each) => each.key === key);
    expect(row('x.since')).toEqual({ key: 'x.since', type: 'duration', default: '`10m`', meaning: 'Since when.' });
    expect(row('x.named')?.type).toBe('[Named thing](#named-thing)');
    expect(row('x.parts')?.type).toBe('list of object');
    expect(row('x.parts[].on')).toEqual({
      key: 'x.parts[].on',
      type: 'true or false',
      default: '',
      meaning: 'Whether.',
    });
    expect(rows.map(({ key }) => key).filter((key) => key.startsWith('x.below'))).toEqual(['x.below', 'x.below.own']);
    expect(row('x.below')?.meaning).toBe('Below. Also takes `a` to `d` of the level above.');
    expect(undescribed).toEqual(['x.silent']);
  });
});
