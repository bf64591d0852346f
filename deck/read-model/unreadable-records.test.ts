import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '../../telemetry/logger.ts';
import { createMemoryBlobs } from '../../test/fakes/memory-blobs.ts';
import { createFakeProwJobs, fakeRunKey } from '../../test/fakes/prowjobs.ts';
import { endedProwJob } from '../../test/fixtures/prowjob.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { createReadModel, type ReadModel } from './read-model.ts';

let readModel: ReadModel | undefined;
afterEach(async () => {
  await readModel?.stop();
});

test('a record that storage does not give up holds back no other, is said to be missing, and is read once it can be', async () => {
  const blobs = createMemoryBlobs();
  const prowJobs = createFakeProwJobs(blobs);
  const bad = endedProwJob('failure', { status: { build_id: '1', description: 'Broke.' } });
  const good = endedProwJob('success', { status: { build_id: '2', description: 'Fine.' } });
  await prowJobs.put(bad);
  await prowJobs.put(good);
  let isBroken = true;
  const store: typeof blobs = {
    ...blobs,
    async get(key) {
      if (isBroken && key.startsWith(fakeRunKey(bad))) throw new Error('Cannot read it: input/output error.');
      return await blobs.get(key);
    },
  };
  const logger = createLogger({ component: 'deck', level: 'silent' });
  const model = (readModel = createReadModel({ prowJobs, blobs: store, logger, pollMs: 5, idlePollMs: 5 }));
  const descriptionOf = (job: typeof bad) => model.item(job.metadata.name)?.prowJob.status.description;

  model.start();
  await eventually(() => model.stale() !== undefined, 'the failure is told');
  const during = {
    ready: model.ready(),
    good: descriptionOf(good),
    state: model.item(bad.metadata.name)?.prowJob.status.state,
  };
  const reason = model.stale()?.reason;
  isBroken = false;
  await eventually(() => model.stale() === undefined, 'storage is well again');

  expect(during).toEqual({ ready: true, good: 'Fine.', state: 'failure' });
  expect(reason).toMatch(/input\/output error/);
  expect(descriptionOf(bad)).toBe('Broke.');
});
