import { expect, test } from '@jest/globals';
import type { Pod, PodList } from './api-types.ts';
import { createClusterPods } from './cluster-pods.ts';
import type { PodsApi } from './pods-api.ts';

function pod(name: string, uid = `uid-${name}`): Pod {
  return {
    metadata: { name, uid, resourceVersion: '1', creationTimestamp: '2026-11-23T12:00:00Z', finalizers: ['f'] },
  };
}

function world(pages: Pod[][]) {
  const asked: (string | undefined)[] = [];
  const done: string[] = [];
  const api: Pick<PodsApi, 'listPage' | 'delete' | 'get' | 'removeFinalizer'> = {
    async listPage(options): Promise<PodList> {
      asked.push(options.continue);
      const index = Number(options.continue ?? 0);
      const next = index + 1 < pages.length ? { continue: String(index + 1) } : {};
      return { metadata: { resourceVersion: '1', ...next }, items: pages[index] ?? [] };
    },
    async delete(name, uid) {
      done.push(`delete ${name} ${uid}`);
      return true;
    },
    get: async (name) => pages.flat().find(({ metadata }) => metadata.name === name),
    async removeFinalizer({ metadata }, finalizer) {
      done.push(`strip ${finalizer} ${metadata.uid}`);
    },
  };
  return { asked, done, pods: createClusterPods({ name: 'build', api: api as PodsApi, nowMs: Date.now }) };
}

test('all pages are read, one after the other', async () => {
  const { asked, pods } = world([[pod('a'), pod('b')], [], [pod('c')]]);

  const names: string[] = [];
  for await (const { metadata } of pods.list()) names.push(metadata.name);

  expect(names).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([undefined, '1', '2']);
});

test('only the pod that was listed is deleted', async () => {
  const { done, pods } = world([]);

  await pods.delete(pod('a'));

  expect(done).toEqual(['delete a uid-a']);
});

test('a finalizer is taken off the pod that was listed, not off another one of its name', async () => {
  const { done, pods } = world([[pod('a', 'new')]]);

  await pods.stripFinalizer(pod('a', 'old'), 'f');
  expect(done).toEqual([]);
  await pods.stripFinalizer(pod('a', 'new'), 'f');
  expect(done).toEqual(['strip f new']);
});
