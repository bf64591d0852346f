import { expect, test } from '@jest/globals';
import { eventually } from '../../../test/harness/eventually.ts';
import { createWorkQueue } from './work-queue.ts';

interface Gate {
  key: string;
  open(): void;
  fail(): void;
}

function queueOf(parallel: number) {
  const begun: Gate[] = [];
  const failures: string[] = [];
  const queue = createWorkQueue({
    work: async (key) =>
      await new Promise<void>((resolve, reject) =>
        begun.push({ key, open: resolve, fail: () => reject(new Error('no')) }),
      ),
    onFailure: (key, _error, count) => failures.push(`${key} ${count}`),
    parallel,
    retryMs: { first: 5, longest: 20 },
  });
  const keys = () => begun.map(({ key }) => key);
  const open = (index: number) => begun[index]?.open();
  const fail = (index: number) => begun[index]?.fail();
  return { queue, keys, open, fail, failures };
}

test('keys are worked on side by side, as many as may be', async () => {
  const { queue, keys, open } = queueOf(2);

  for (const key of ['a', 'b', 'c']) queue.add(key);

  expect(keys()).toEqual(['a', 'b']);
  open(0);
  await eventually(() => keys().length === 3, 'the next one has begun');
  expect(keys()[2]).toBe('c');
});

test('one key is never worked on twice at once, and once more for all that came meanwhile', async () => {
  const { queue, keys, open } = queueOf(5);

  for (const key of ['a', 'a', 'a']) queue.add(key);
  expect(keys()).toEqual(['a']);
  open(0);
  await eventually(() => keys().length === 2, 'it is worked on again');
  open(1);
  queue.add('b');
  await eventually(() => keys().length === 3, 'another has begun');

  expect(keys()).toEqual(['a', 'a', 'b']);
});

test('what fails is tried again, and keeps nobody waiting', async () => {
  const { queue, keys, open, fail, failures } = queueOf(1);
  queue.add('bad');
  queue.add('good');

  fail(0);
  await eventually(() => keys().length === 2, 'the other one has begun');
  expect(keys()[1]).toBe('good');
  open(1);
  await eventually(() => keys().length === 3, 'the first is tried again');
  fail(2);
  await eventually(() => failures.length === 2, 'it has failed again');

  await eventually(() => keys().length === 4, 'it is tried again');
  open(3);

  expect(failures).toEqual(['bad 1', 'bad 2']);
  await queue.stop();
});

test('after a stop nothing begins', async () => {
  const { queue, keys, open } = queueOf(1);
  queue.add('a');
  queue.add('b');
  queue.add('c', 1);
  const stopped = queue.stop();

  open(0);
  await stopped;
  queue.add('d');

  expect(keys()).toEqual(['a']);
});
