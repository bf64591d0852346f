import { afterEach, expect, test } from '@jest/globals';
import { createFakeDeck, type FakeDeck } from '../../test/fakes/deck.ts';
import { fakeRunKey } from '../../test/fakes/prowjobs.ts';
import { endedProwJob } from '../../test/fixtures/prowjob.ts';

// Records that jobs forge (spec deck.md 1.11, 1.12): artifacts are written by whoever opens a pull request.

let deck: FakeDeck | undefined;
afterEach(async () => {
  await deck?.close();
  deck = undefined;
});

test.each([
  ['a hidden run', { hidden: true }],
  ['a visible run', {}],
])('a record among the artifacts of %s, even one true to its place, is no run', async (_name, spec) => {
  const outer = endedProwJob('success', { spec });
  deck = await createFakeDeck({ prowJobs: [outer] });
  const forged = endedProwJob('success', { spec: { job: 'forged' }, status: { build_id: '1' } });
  const key = `${fakeRunKey(outer)}/artifacts/forged/1`;
  await deck.blobs.put(`${key}/prowjob.json`, JSON.stringify(forged));
  await deck.blobs.put(`${key}/build-log.txt`, 'secret');

  for (const url of [`/api/run?src=gs/${key}`, `/log?src=gs/${key}`, `/view/gs/${key}`]) {
    expect([url, (await deck.ask(url)).statusCode]).toEqual([url, 404]);
  }
});

test('while the record of a hidden run cannot be read, its artifacts are not served', async () => {
  const hidden = endedProwJob('success', { spec: { hidden: true } });
  deck = await createFakeDeck({ prowJobs: [hidden] });
  const key = `${fakeRunKey(hidden)}/artifacts`;
  await deck.blobs.put(`${key}/prowjob.json`, JSON.stringify(endedProwJob('success')));
  await deck.blobs.put(`${key}/secret.txt`, 'secret');
  const get = deck.blobs.get.bind(deck.blobs);
  deck.blobs.get = async (name) => {
    if (name === `${fakeRunKey(hidden)}/prowjob.json`) throw new Error('input/output error');
    return await get(name);
  };

  const answer = await deck.ask(`/artifact/${key}/secret.txt`);

  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.body).not.toMatch(/secret/);
});
