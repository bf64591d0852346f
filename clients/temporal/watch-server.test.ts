import type { Client } from '@temporalio/client';
import { expect, test } from '@jest/globals';
import { eventually } from '../../test/harness/eventually.ts';
import { watchServer } from './watch-server.ts';

test('it is reachable until an answer is missing, and again when there is one', async () => {
  let isUp = true;
  const connection = {
    withDeadline: async (_deadline: number, ask: () => Promise<unknown>) => ask(),
    workflowService: {
      async getSystemInfo() {
        if (!isUp) throw new Error('no answer');
        return {};
      },
    },
  };
  const watch = watchServer({ connection } as unknown as Client, { everyMs: 5 });

  expect(watch.reachable()).toBe(true);
  isUp = false;
  await eventually(() => !watch.reachable(), 'it is known to be away');
  isUp = true;
  await eventually(() => watch.reachable(), 'it is known to be back');

  watch.close();
});
