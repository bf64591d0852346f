import { describe, expect, test } from '@jest/globals';
import { dump } from 'js-yaml';
import * as fc from 'fast-check';
import { locate } from './locate.ts';
import { parseYaml, YamlError } from './parse.ts';

/** The value as plain JSON, for comparison. */
function plain(text: string): unknown {
  return JSON.parse(JSON.stringify(parseYaml(text)));
}

function failure(text: string): YamlError {
  try {
    parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return error;
  }
  throw new Error('the text was accepted');
}

describe('scalars (spec 1.2)', () => {
  const rows: [text: string, value: unknown][] = [
    ['yes', true],
    ['On', true],
    ['y', true],
    ['N', false],
    ['off', false],
    ['TRUE', true],
    ['tRue', 'tRue'],
    ['~', null],
    ['NULL', null],
    ['nULL', 'nULL'],
    ['010', 8],
    ['0o10', 8],
    ['0x10', 16],
    ['0b11', 3],
    ['-0b11', -3],
    ['1_000', 1000],
    ['08', 8],
    ['+5', 5],
    ['-7', -7],
    ['-0', 0],
    ['0x', '0x'],
    ['1e1', 10],
    ['3.0', 3],
    ['.5', 0.5],
    ['1.', 1],
    ['1.2.3', '1.2.3'],
    ['1:30', '1:30'],
    ['2026-01-02', '2026-01-02'],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ["'yes'", 'yes'],
    ['"1"', '1'],
    ['!!str 5', '5'],
    ['!!int "5"', 5],
    ['!!float 5', 5],
    ['!!binary aGVsbG8=', 'hello'],
    ['!local 5', '5'],
    ['! 5', '5'],
    ['<<', '<<'],
    ['+', '+'],
    ['9007199254740993x', '9007199254740993x'],
  ];
  test.each(rows)('%s is %j', (text, value) => {
    expect(plain(`a: ${text}`)).toEqual({ a: value });
  });

  test('integers beyond the exact range of numbers stay exact', () => {
    expect(parseYaml('a: 9223372036854775807')).toMatchObject({ a: 9_223_372_036_854_775_807n });
    expect(parseYaml('a: 18446744073709551615')).toMatchObject({ a: 18_446_744_073_709_551_615n });
    expect(parseYaml('a: 99999999999999999999')).toMatchObject({ a: 1e20 });
  });

  test.each(['!!int x', '!!int 5.0', '!!timestamp x', '!!bool 5', '!!binary "*"', '.nan', '-.inf'])(
    '%s is refused',
    (text) => {
      expect(failure(`a: ${text}`).line).toBe(1);
    },
  );
});

describe('keys (spec 1.2)', () => {
  test('numbers and booleans become text', () => {
    expect(plain('{1: a, 1.5: b, yes: c, 010: d, 2026-01-01: e}')).toEqual({
      1: 'a',
      '1.5': 'b',
      true: 'c',
      8: 'd',
      '2026-01-01': 'e',
    });
  });

  test.each([
    ['1e5', '100000'],
    ['1e6', '1e+06'],
    ['1234567.5', '1.2345675e+06'],
    ['0.00001', '1e-05'],
    ['12345678', '12345678'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['99999999999999999999', '1e+20'],
    ['-.INF', '-.inf'],
    ['.NaN', '.nan'],
  ])('%s is the key %s', (text, key) => {
    expect(plain(`${text}: v`)).toEqual({ [key]: 'v' });
  });

  test('the last of equal keys counts', () => {
    expect(plain('a: 1\nb: 2\na: 3\n')).toEqual({ a: 3, b: 2 });
  });

  test.each(['~: x', '? [a]\n: x', '? {a: b}\n: x', '9223372036854775808: x'])('%j is refused', (text) => {
    expect(failure(`ok: 1\n${text}\n`)).toMatchObject({ line: 2 });
  });

  test('keys that plain objects treat specially are keys like any other', () => {
    const value = parseYaml('__proto__: {polluted: yes}\nconstructor: 1\n');

    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('merge keys (spec 1.2)', () => {
  const anchors = 'base: &b {p: 1, q: 2}\nother: &o {p: 3, r: 4}\n';
  const rows: [name: string, text: string, value: unknown][] = [
    ['written first is overridden', '<<: *b\n  p: 9', { p: 9, q: 2 }],
    ['written after an own key overrides it', 'p: 9\n  <<: *b', { p: 1, q: 2 }],
    ['the first map of a list wins', '<<: [*o, *b]', { p: 3, q: 2, r: 4 }],
    ['several in one map work', '<<: *b\n  <<: *o', { p: 3, q: 2, r: 4 }],
    ['a literal map works', '<<: {s: 1}', { s: 1 }],
    ['with its tag it merges', '!!merge <<: *b', { p: 1, q: 2 }],
    ['quoted it is a key', '"<<": 1', { '<<': 1 }],
  ];
  test.each(rows)('%s, and the anchored maps stay as they are', (_name, text, value) => {
    expect(plain(`${anchors}v:\n  ${text}\n`)).toEqual({ base: { p: 1, q: 2 }, other: { p: 3, r: 4 }, v: value });
  });

  test('a merged __proto__ stays a key', () => {
    const value = parseYaml('a: &a {__proto__: {polluted: 1}}\nb:\n  <<: *a\n');

    expect(JSON.stringify(value)).toBe('{"a":{"__proto__":{"polluted":1}},"b":{"__proto__":{"polluted":1}}}');
  });

  test('anything but maps is refused', () => {
    expect(failure('a: &a 1\nb:\n  <<: *a\n').message).toContain('needs a map');
  });
});

describe('layout that Go takes and YAML 1.2 parsers refuse', () => {
  test.each([
    ['closing bracket below the key', 'a: [\n  b,\n  c\n]\nd: e\n', { a: ['b', 'c'], d: 'e' }],
    ['everything below the key', 'a:\n  b: {\nc: d,\ne: [\nf\n]}\ng: h\n', { a: { b: { c: 'd', e: ['f'] } }, g: 'h' }],
    ['quoted text', 'a: "b\nc"\nd: e\n', { a: 'b c', d: 'e' }],
    ['tabs between items', 'a: [1,\n\t2,\t3]\n', { a: [1, 2, 3] }],
    ['a comment before the comma', 'a: [b #c\n, d]\n', { a: ['b', 'd'] }],
  ])('%s', (_name, text, value) => {
    expect(plain(text)).toEqual(value);
  });

  test('positions below repaired lines stay right', () => {
    expect(locate('a: [\n]\nb: 5\n', ['b'])).toEqual({ line: 3, column: 1 });
  });

  test('YAML 1.2 is refused by its directive', () => {
    expect(failure('%YAML 1.2\n---\na: 1\n').message).toContain('YAML 1.1');
  });
});

describe('documents (spec 1.2)', () => {
  const rows: [name: string, text: string, value: unknown][] = [
    ['empty', '', null],
    ['comment only', '# x\n', null],
    ['start marker only', '---\n', null],
    ['null', 'null\n', null],
    ['leading marker', '---\na: 1\n', { a: 1 }],
    ['comment, directive and marker', '# c\n%YAML 1.1\n---\na: 1\n', { a: 1 }],
    ['second document', 'a: 1\n---\nb: 2\n', { a: 1 }],
    ['broken second document', 'a: 1\n---\n{[\n', { a: 1 }],
    ['empty first document', '---\n---\na: 1\n', null],
    ['end marker', 'a: 1\n...\nfoo: [\n', { a: 1 }],
    ['byte order mark', '\uFEFFa: 1\n', { a: 1 }],
    ['CRLF', 'a: 1\r\nb:\r\n- c\r\n', { a: 1, b: ['c'] }],
    ['JSON', '{"a": [1, "2", null]}', { a: [1, '2', null] }],
    ['marker inside a text', "a: 'x --- y'\nb: |\n  ---\n", { a: 'x --- y', b: '---\n' }],
    ['folded and literal blocks', 'a: >-\n  x\n  y\nb: |\n  x\n  y\n', { a: 'x y', b: 'x\ny\n' }],
  ];
  test.each(rows)('%s', (_name, text, value) => {
    expect(plain(text)).toEqual(value);
  });

  test('tabs as indentation are refused, with line and column', () => {
    expect(failure('a:\n\t- b\n')).toMatchObject({ line: 2, message: expect.stringContaining('tab') });
  });

  test('an unknown anchor and one that contains its own alias are refused', () => {
    expect(failure('a: *x\n').message).toContain('unknown anchor "x"');
    expect(failure('a: &x [*x]\n').message).toContain('unknown anchor "x"');
  });

  test('an anchor may be defined again', () => {
    expect(plain('a: &x 1\nb: &x 2\nc: *x\n')).toMatchObject({ c: 2 });
  });

  test('a small text that stands for endless data is refused', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);

    expect(failure(`l0: &l0 [x]\n${levels.join('\n')}\n`).message).toContain('too much data');
  });
});

describe('positions', () => {
  const text = 'presubmits:\n  org/repo:\n  - name: a\n    spec:\n      containers:\n      - image: 5\n';
  test.each([
    [['presubmits', 'org/repo', 0, 'name'], 3],
    [['presubmits', 'org/repo', 0, 'spec', 'containers', 0, 'image'], 6],
    [['presubmits', 'org/repo', 0, 'missing'], 3],
  ])('%j is in line %d', (path, line) => {
    expect(locate(text, path)?.line).toBe(line);
  });

  test('of duplicate keys the last is meant', () => {
    expect(locate('a: 1\nb: 2\na: 3\n', ['a'])?.line).toBe(3);
  });

  test('nothing is found in an empty text', () => {
    expect(locate('', ['a'])).toBeUndefined();
  });
});

describe('any value', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value')),
      fc.dictionary(fc.stringMatching(/^k[a-z 0-9:#-]{0,6}$/), tie('value')),
    ),
  })).value;

  test('written as YAML by a dumper that knows YAML 1.1 reads the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(plain(dump({ value }, { forceQuotes: true }))).toEqual(JSON.parse(JSON.stringify({ value })));
      }),
      { numRuns: 300 },
    );
  });

  test('written as JSON reads the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(plain(JSON.stringify({ value }))).toEqual(JSON.parse(JSON.stringify({ value })));
      }),
      { numRuns: 300 },
    );
  });
});
