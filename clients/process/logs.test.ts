import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import type { RunLogs } from '../../domain/executor.ts';
import { runKey } from '../../domain/storage-keys.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { createRunLogs } from './logs.ts';
import { createWorld, request, watching, type World } from './test-runs.ts';

let world: World;
let logs: RunLogs;
beforeEach(async () => {
  world = await createWorld();
  logs = createRunLogs({
    ...world,
    runKeyOf: ({ spec, status }) => runKey(spec, request('').storage, status.build_id ?? ''),
  });
});
afterEach(() => world.close());

type Job = ReturnType<typeof request>;
async function read({ prowJob }: Job, offset: number, limit = 1000) {
  const part = await logs.read(prowJob, { offset, limit });
  return part && { ...part, content: Buffer.from(part.content).toString() };
}

test('a log is read while it is written, and afterwards from the store, without a gap', async () => {
  const job = request(`echo one; until [ -e ${world.folder}/go ]; do sleep 0.02; done; echo two`);
  expect(await read(job, 0)).toBeUndefined();
  await world.executor.start(job);

  await eventually(async () => (await read(job, 0))?.next === 4, 'the first line is there');
  expect(await read(job, 0)).toEqual({ content: 'one\n', next: 4, complete: false });
  expect(await read(job, 4)).toEqual({ content: '', next: 4, complete: false });
  await writeFile(`${world.folder}/go`, '');
  await eventually(async () => (await read(job, 4))?.complete === true, 'the run has ended');
  expect(await read(job, 4)).toEqual({ content: 'two\n', next: 8, complete: true });
  await world.executor.watch(job, watching());

  expect(await read(job, 4)).toEqual({ content: 'two\n', next: 8, complete: true });
  expect(await read(job, 1, 3)).toEqual({ content: 'ne\n', next: 4, complete: false });
  expect(await read(job, 8)).toEqual({ content: '', next: 8, complete: true });
});

test('a compressed log is read as it was written', async () => {
  const job = request(`yes | head -c 300000; echo end`);
  job.storage.compress_file_types = ['*'];
  await world.run(job);

  expect(await read(job, 299_999)).toEqual({ content: '\nend\n', next: 300_004, complete: true });
  expect(await read(job, 10, 4)).toEqual({ content: 'y\ny\n', next: 14, complete: false });
});

test('a run without build id or storage has no log', async () => {
  const job = request('true');
  expect(await read(job, 0)).toBeUndefined();
  delete job.prowJob.status.build_id;
  expect(await read(job, 0)).toBeUndefined();
});
