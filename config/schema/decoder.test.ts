import { describe, expect, test } from '@jest/globals';
import { dump } from 'js-yaml';
import * as fc from 'fast-check';
import { z } from 'zod';

import { parseYaml } from '../../rules/yaml/parse.ts';
import { keyText } from '../problem.ts';
import type { DecodeContext } from './decode-context.ts';
import { compileDecoder } from './decoder.ts';
import { JobFile as JobFileSchema, Periodic } from './job.ts';
import { coercedText, decoding, duration, flag, int, list, map, Quantity, text, textMap, texts } from './kinds.ts';

interface Outcome {
  value: unknown;
  problems: string[];
  unknown: string[];
}

function decode(schema: z.ZodType, yaml: string, coerce = false): Outcome {
  const problems: string[] = [];
  const unknown: string[] = [];
  const context: DecodeContext = {
    path: [],
    report: (message) => problems.push(`${keyText(context.path)}: ${message}`),
    unknownKey: (key) => unknown.push(keyText([...context.path, key])),
  };
  const value = compileDecoder(schema, { coerce })(parseYaml(yaml), context);
  expect(context.path).toEqual([]);
  return { value, problems, unknown };
}

const Item = z.object({ name: z.string(), size: int('') });
const Thing = z.object({
  title: text(''),
  coerced: coercedText(''),
  enabled: flag(''),
  count: int(''),
  small: z.int32().exactOptional(),
  names: texts(''),
  labels: textMap(''),
  counts: map(z.int(), ''),
  items: list(Item, ''),
  wait: duration(''),
  camelCase: text(''),
  pointers: map(z.boolean().register(decoding, { isPointer: true }), ''),
  either: z.union([z.string(), z.record(z.string(), z.int())]).exactOptional(),
  quantities: map(Quantity, ''),
});

describe('values (spec 1.2)', () => {
  const accepted: [yaml: string, value: unknown][] = [
    ['{}', {}],
    ['title: x', { title: 'x' }],
    ['title: null', {}],
    ['enabled: yes', { enabled: true }],
    ['count: 3.0', { count: 3 }],
    ['count: 1e1', { count: 10 }],
    ['count: -0x10', { count: -16 }],
    ['wait: 90m', { wait: '1h30m0s' }],
    ['names: [a, null, b]', { names: ['a', '', 'b'] }],
    ['labels: {a: null, b: c}', { labels: { a: '', b: 'c' } }],
    ['counts: {a: null}', { counts: { a: 0 } }],
    ['pointers: {a: null, b: no}', { pointers: { b: false } }],
    ['items: [null, {name: x}]', { items: [{ name: '' }, { name: 'x' }] }],
    ['items: [{size: 1}]', { items: [{ name: '', size: 1 }] }],
    ['either: x', { either: 'x' }],
    ['either: {a: 1}', { either: { a: 1 } }],
    ['quantities: {cpu: 0.5, memory: 1Gi, none: null}', { quantities: { cpu: '500m', memory: '1Gi', none: '0' } }],
  ];
  test.each(accepted)('%s decodes to %j', (yaml, value) => {
    expect(decode(Thing, yaml)).toEqual({ value, problems: [], unknown: [] });
  });

  const refused: [yaml: string, problem: string][] = [
    ['title: 5', 'title: must be text, but is the number 5: put it in quotes'],
    ['title: [a]', 'title: must be text, but is a list'],
    ['enabled: "true"', 'enabled: must be true or false, without quotes, but is the text "true"'],
    ['enabled: 1', 'enabled: must be true or false, without quotes, but is the number 1'],
    ['count: "3"', 'count: must be a whole number of at most 64 bits, without quotes, but is the text "3"'],
    ['count: 3.5', 'count: must be a whole number of at most 64 bits, without quotes, but is the number 3.5'],
    [
      'count: 9223372036854775808',
      'count: must be a whole number of at most 64 bits, without quotes, but is the number 9223372036854775808',
    ],
    [
      'small: 2147483648',
      'small: must be a whole number of at most 32 bits, without quotes, but is the number 2147483648',
    ],
    ['names: a', 'names: must be a list, but is the text "a"'],
    ['names: [a, 5]', 'names[1]: must be text, but is the number 5: put it in quotes'],
    ['labels: [a]', 'labels: must be a map, but is a list'],
    ['items: [{name: x}, {name: {}}]', 'items[1].name: must be text, but is a map'],
    ['items: [x]', 'items[0]: must be a map, but is the text "x"'],
    ['wait: 5', 'wait: must be a duration such as 90s, 30m or 1h30m (units ns us ms s m h), but is the number 5'],
    ['wait: ""', 'wait: must be a duration such as 90s, 30m or 1h30m (units ns us ms s m h), but is the text ""'],
    ['either: [1]', 'either: must be a map, but is a list'],
    ['quantities: {cpu: four}', 'quantities.cpu: must be a quantity such as 500m, 2 or 1.5Gi, but is the text "four"'],
    ['labels: {my-token: 5}', 'labels.my-token: must be text, but is the number (not shown): put it in quotes'],
  ];
  test.each(refused)('%s is refused', (yaml, problem) => {
    expect(decode(Thing, yaml).problems).toEqual([problem]);
  });

  test('coercion is for marked fields, and only where it is switched on', () => {
    expect(decode(Thing, 'coerced: 5', true).value).toEqual({ coerced: '5' });
    expect(decode(Thing, 'coerced: 1.50', true).value).toEqual({ coerced: '1.5' });
    expect(decode(Thing, 'coerced: yes', true).value).toEqual({ coerced: 'true' });
    expect(decode(Thing, 'coerced: 5', false).problems).toHaveLength(1);
    expect(decode(Thing, 'title: 5', true).problems).toHaveLength(1);
  });

  test('all problems are found', () => {
    expect(decode(Thing, 'title: 1\nenabled: 2\nitems: [{name: 3}, {size: x}]\n').problems).toHaveLength(4);
  });

  test('long values are cut', () => {
    expect(decode(Thing, `enabled: ${'x'.repeat(500)}`).problems[0]?.length).toBeLessThan(160);
  });
});

describe('keys (spec 1.2)', () => {
  test.each([
    ['{TITLE: a}', 'a'],
    ['{Title: a, title: b}', 'b'],
    ['{title: b, Title: a}', 'b'],
    ['{TITLE: a, Title: b}', 'b'],
    ['{Title: b, TITLE: a}', 'b'],
    ['{Title: b, title: null}', 'b'],
  ])('%s is title %s', (yaml, title) => {
    expect(decode(Thing, yaml)).toEqual({ value: { title }, problems: [], unknown: [] });
  });

  test('keys of maps keep their case', () => {
    expect(decode(Thing, 'Labels: {A: x, a: z}').value).toEqual({ labels: { A: 'x', a: 'z' } });
  });

  test('unknown keys are dropped and told with their path', () => {
    expect(decode(Thing, 'other: 1\nitems: [{name: x, extra: {a: b}}]\n')).toEqual({
      value: { items: [{ name: 'x' }] },
      problems: [],
      unknown: ['items[0].extra', 'other'],
    });
  });

  test('whatever the case of keys, the result is the same', () => {
    const keys = ['title', 'enabled', 'count', 'names', 'camelCase'];
    const values: Record<string, unknown> = { title: 't', enabled: true, count: 3, names: ['a'], camelCase: 'c' };
    fc.assert(
      fc.property(fc.shuffledSubarray(keys), fc.infiniteStream(fc.boolean()), (chosen, upper) => {
        const spelled = chosen.map((key) => [
          key
            .split('')
            .map((c) => (upper.next().value ? c.toUpperCase() : c.toLowerCase()))
            .join(''),
          values[key],
        ]);
        const expected = Object.fromEntries(chosen.map((key) => [key, values[key]]));

        expect(decode(Thing, dump(Object.fromEntries(spelled)))).toEqual({
          value: expected,
          problems: [],
          unknown: [],
        });
      }),
    );
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const anyText = fc.string({ maxLength: 12 });
const words = fc.dictionary(word, anyText, { maxKeys: 3 });
const container = fc.record(
  {
    name: word,
    image: anyText,
    command: fc.array(anyText, { maxLength: 3 }),
    env: fc.array(fc.record({ name: word, value: anyText }), { maxLength: 3 }),
    resources: fc.constant({ requests: { cpu: '500m', memory: '1Gi' } }),
    securityContext: fc.record({ privileged: fc.boolean(), runAsUser: fc.nat() }),
    ports: fc.array(fc.record({ containerPort: fc.integer({ min: 1, max: 65_535 }) }), { maxLength: 2 }),
    livenessProbe: fc.record({ httpGet: fc.record({ path: anyText, port: fc.oneof(fc.nat(65_535), word) }) }),
  },
  { requiredKeys: [] },
);
const job = fc.record(
  {
    name: word,
    labels: words,
    annotations: words,
    max_concurrency: fc.nat(100),
    hidden: fc.boolean(),
    decorate: fc.boolean(),
    decoration_config: fc.record(
      { timeout: fc.constantFrom('1h0m0s', '1m30s'), skip_cloning: fc.boolean(), ssh_key_secrets: fc.array(anyText) },
      { requiredKeys: [] },
    ),
    extra_refs: fc.array(fc.record({ org: word, repo: word, base_ref: anyText, workdir: fc.boolean() }), {
      maxLength: 2,
    }),
    spec: fc.record(
      { containers: fc.array(container, { maxLength: 2 }), hostNetwork: fc.boolean(), nodeSelector: words },
      { requiredKeys: [] },
    ),
    interval: fc.constantFrom('1h', '90m'),
    tags: fc.array(anyText),
  },
  { requiredKeys: ['name'] },
);

describe('any valid job', () => {
  test('written as YAML decodes to itself', () => {
    fc.assert(
      fc.property(job, (value) => {
        expect(decode(Periodic, dump(value, { forceQuotes: true }))).toEqual({ value, problems: [], unknown: [] });
      }),
      { numRuns: 200 },
    );
  });

  test('anything at all decodes or is refused, but never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const outcome = decode(JobFileSchema, dump({ periodics: [value], presubmits: value, presets: [value] }), true);

        expect(outcome.problems.length > 0 || outcome.value !== undefined).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('the schemas are documentation: every field has a description, and JSON schema comes out of them', () => {
  const missing: string[] = [];
  const visit = (schema: z.core.$ZodType, path: string): void => {
    const inner = schema instanceof z.ZodExactOptional ? schema.unwrap() : schema;
    if (inner instanceof z.ZodArray) visit(inner.element, `${path}[]`);
    if (inner instanceof z.ZodRecord) visit(inner.valueType, `${path}.*`);
    if (!(inner instanceof z.ZodObject)) return;
    for (const [key, field] of Object.entries(inner.shape)) {
      if (!(field instanceof z.ZodType)) continue;
      const described = field instanceof z.ZodExactOptional ? field.unwrap() : field;
      if (!(described instanceof z.ZodType) || !described.description) missing.push(`${path}.${key}`);
      visit(field, `${path}.${key}`);
    }
  };
  visit(JobFileSchema, '');
  const schema = z.toJSONSchema(JobFileSchema, { io: 'input' });

  expect(missing).toEqual([]);
  expect(schema.properties?.['periodics']).toMatchObject({ type: 'array', description: 'Jobs that run by the clock.' });
  expect(JSON.stringify(schema)).toContain('pod_unscheduled_timeout');
});
