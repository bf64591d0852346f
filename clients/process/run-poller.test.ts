import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createRunPoller, type RunPoller } from './run-poller.ts';

const never = 2 ** 30;
let folder: string;
let poller: RunPoller;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-bells-'));
  poller = createRunPoller(folder, never);
});
afterEach(() => {
  poller.close();
  rmSync(folder, { recursive: true });
});

/** A look that counts its calls and answers when told. */
function look() {
  const state = { calls: 0, answer: undefined as string | undefined };
  return Object.assign(state, {
    run: () => {
      state.calls++;
      return Promise.resolve(state.answer);
    },
  });
}

test('looks at once, and again when the bell of this run is rung', async () => {
  const [one, two] = [look(), look()];
  const waiting = poller.until('one', one.run);
  poller.until('two', two.run).catch(() => undefined);
  await turn();

  one.answer = 'done';
  writeFileSync(join(folder, 'one'), '');

  expect(await waiting).toBe('done');
  expect(two.calls).toBe(1);
});

test('looks at every tick', async () => {
  const ticking = createRunPoller(folder, 5);
  const one = look();
  const run = () => (one.calls === 3 ? Promise.resolve('third') : one.run());

  expect(await ticking.until('one', run)).toBe('third');
  ticking.close();
});

test('does not look twice at a time, and misses no news that come meanwhile', async () => {
  let active = 0;
  let most = 0;
  let calls = 0;
  const waiting = poller.until('one', async () => {
    most = Math.max(most, ++active);
    calls++;
    await turn();
    active--;
    return calls > 1 ? 'done' : undefined;
  });
  for (let i = 0; i < 5; i++) poller.nudge('one');

  expect(await waiting).toBe('done');
  expect([most, calls]).toEqual([1, 2]);
});

test('ends with the error of a look, the reason of the signal, or because it is closed', async () => {
  const stop = new AbortController();
  const failing = poller.until('a', () => Promise.reject(new Error('no file handles')));
  const aborted = poller.until('b', look().run, stop.signal);
  const closed = poller.until('c', look().run);

  await expect(failing).rejects.toThrow('no file handles');
  stop.abort(new Error('worker stops'));
  await expect(aborted).rejects.toThrow('worker stops');
  await expect(poller.until('b', look().run, stop.signal)).rejects.toThrow('worker stops');
  poller.close();
  await expect(closed).rejects.toThrow('shutting down');
  await expect(poller.until('c', look().run)).rejects.toThrow('shutting down');
});
