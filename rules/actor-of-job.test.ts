import { expect, test } from '@jest/globals';
import type { ProwJobSpec } from '../domain/prowjob.ts';
import { actorOfJob } from './actor-of-job.ts';

const refs = { org: 'o', repo: 'r', base_ref: 'main' };
const pull = (number: number) => ({ number, author: 'ann', sha: 'c' });

test.each<[string, ProwJobSpec, unknown]>([
  [
    'a presubmit is of its change',
    { type: 'presubmit', job: 'j', refs: { ...refs, pulls: [pull(5)] } },
    { kind: 'change', host: 'github', org: 'o', repo: 'r', number: 5 },
  ],
  [
    'a postsubmit is of its repository',
    { type: 'postsubmit', job: 'j', refs },
    { kind: 'repo', host: 'github', org: 'o', repo: 'r' },
  ],
  [
    'a postsubmit that has a pull is of that',
    { type: 'postsubmit', job: 'j', refs: { ...refs, pulls: [pull(5)] } },
    { kind: 'change', host: 'github', org: 'o', repo: 'r', number: 5 },
  ],
  ['several pulls', { type: 'presubmit', job: 'j', refs: { ...refs, pulls: [pull(5), pull(6)] } }, undefined],
  ['a batch of one', { type: 'batch', job: 'j', refs: { ...refs, pulls: [pull(5)] } }, undefined],
  ['a periodic', { type: 'periodic', job: 'j', extra_refs: [refs] }, undefined],
])('%s', (_name, spec, expected) => {
  expect(actorOfJob(spec, 'github')).toEqual(expected);
});
