import { afterEach, expect, test } from '@jest/globals';
import type { ProwJob } from '../../domain/prowjob.ts';
import { createFakeDeck, type FakeDeck } from '../../test/fakes/deck.ts';
import { endedProwJob } from '../../test/fixtures/prowjob.ts';

// Shapes of the list beyond the numbered lines of spec deck.md section 8; those are in create-deck.test.ts.

let deck: FakeDeck | undefined;
afterEach(async () => {
  await deck?.close();
  deck = undefined;
});

const pull = { number: 5, author: 'a', sha: 'abc' };
const presubmit = { org: 'o', repo: 'r', base_ref: 'main', base_sha: 'def', pulls: [pull, { ...pull, number: 6 }] };

test.each([
  ['a job with refs', { type: 'batch' as const, refs: presubmit }, 'main:def,5:abc,6:abc', presubmit],
  ['a job without refs', {}, '', { org: '', repo: '' }],
])('/data.js has the refs of %s as Prow writes them', async (_name, spec, key, refs) => {
  deck = await createFakeDeck({ prowJobs: [endedProwJob('success', { spec })] });

  const [item] = (await deck.ask('/data.js')).json<Record<string, unknown>[]>();

  expect(item).toMatchObject({ refs_key: key, refs });
});

test('of a parameter that is given twice the first counts, as in Prow', async () => {
  deck = await createFakeDeck({ prowJobs: [endedProwJob('success', { metadata: { labels: { a: 'b' } } })] });

  const answer = await deck.ask('/prowjobs.js?omit=labels&omit=pod_spec');

  expect(answer.statusCode).toBe(200);
  const [item] = answer.json<{ items: ProwJob[] }>().items;
  expect(item?.metadata.labels).toEqual({});
  expect(item?.spec.pod_spec?.containers?.[0]?.name).toBeDefined();
});

test.each(['/api/run?src=a&src=b', '/log?src=a&src=b', '/prowjob?prowjob=a&prowjob=b', '/prowjobs.js?__proto__=a'])(
  'an odd query, %s, is no failure of Deck',
  async (url) => {
    deck = await createFakeDeck();

    expect((await deck.ask(url)).statusCode).toBeLessThan(500);
  },
);
