/** What a watch knows of pods that finish before, while and after somebody waits for them. */
import { PassThrough } from 'node:stream';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { PodFacts } from '../../domain/plank/pod-facts.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { eventually } from '../../test/harness/eventually.ts';
import type { Pod } from './api-types.ts';
import { createPodWatch, type PodWatch } from './pod-watch.ts';

const logger = createLogger({ component: 'test', level: 'error' });
let watch: PodWatch;
afterEach(() => {
  watch.close();
  jest.useRealTimers();
});

function pod(name: string, version: number, phase: string): Pod {
  const metadata = {
    name,
    uid: `uid-${name}`,
    resourceVersion: String(version),
    creationTimestamp: '2026-11-23T12:00:00Z',
  };
  return { kind: 'Pod', metadata, spec: { containers: [{ name: 'test' }] }, status: { phase } };
}

/** A watch of a cluster that says what it is told to. */
async function watched() {
  const stream = new PassThrough();
  const api = {
    listPage: async () => ({ metadata: { resourceVersion: '1' }, items: [] }),
    watch: async ({ signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => stream.destroy());
      return stream;
    },
  };
  watch = createPodWatch({ api: api as never, cluster: 'default', logger });
  await eventually(() => watch.state().connected, 'the watch has begun');
  const say = async (object: Pod) => {
    stream.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const told: { phase: string | undefined; finished: Pod | undefined }[] = [];
  const note = (facts: PodFacts | undefined, finished?: Pod) => told.push({ phase: facts?.status?.phase, finished });
  return { say, told, follow: (name: string) => watch.follow(name, note) };
}

test('a pod that finishes while it is followed comes whole, and is forgotten with its last follower', async () => {
  const { say, told, follow } = await watched();
  const [one, other] = [follow('a'), watch.follow('a', () => undefined)];
  const finished = pod('a', 3, 'Succeeded');

  await say(pod('a', 2, 'Running'));
  await say(finished);
  expect(told).toEqual([
    { phase: 'Running', finished: undefined },
    { phase: 'Succeeded', finished },
  ]);

  one.stop();
  expect(watch.state().pods).toBe(1);
  other.stop();
  expect(watch.state().pods).toBe(0);
});

test('a pod that was noted is known to who comes after its end, and to nobody else', async () => {
  const { say, told, follow } = await watched();
  watch.note(pod('noted', 2, 'Pending'));

  await say(pod('noted', 3, 'Failed'));
  await say(pod('foreign', 4, 'Failed'));
  expect(watch.state().pods).toBe(1);
  follow('foreign').stop();
  const follower = follow('noted');
  expect(told).toMatchObject([{ phase: 'Failed', finished: { metadata: { name: 'noted' } } }]);

  follower.stop();
  expect(watch.state().pods).toBe(0);
});

test('one that nobody comes for is forgotten after a while, whether it has finished or finishes then', async () => {
  const { say } = await watched();
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  for (const name of ['early', 'late']) watch.note(pod(name, 2, 'Pending'));
  await say(pod('early', 3, 'Succeeded'));
  expect(watch.state().pods).toBe(2);

  jest.advanceTimersByTime(60_000);
  expect(watch.state().pods).toBe(1);
  await say(pod('late', 4, 'Succeeded'));
  expect(watch.state().pods).toBe(0);
});
