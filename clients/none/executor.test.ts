import { expect, test } from '@jest/globals';
import { request } from '../process/test-runs.ts';
import { createNoneExecutor } from './executor.ts';

test('a run is a success at once, whatever its command, and repeating it changes nothing', async () => {
  const executor = createNoneExecutor();
  const job = request('exit 1');
  const context = { heartbeat: () => undefined, signal: new AbortController().signal };

  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await executor.start(job)).toEqual({ buildId: job.prowJob.status.build_id, adopted: false });
    expect(await executor.watch(job, context)).toEqual({
      kind: 'ended',
      state: 'success',
      description: 'Job succeeded.',
    });
  }
  await expect(executor.end(job, 'aborted')).resolves.toBeUndefined();
});
