import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identityOf, isAlive, ownIdentity, signalGroup } from './process-identity.ts';

test('a process is alive while it runs, and not when another one has its number', async () => {
  const child = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
  const identity = identityOf(child.pid ?? 0);
  if (!identity) throw new Error('the process has no identity');

  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, began: 'another boot/1' })).toBe(false);
  expect(identity).toEqual(identityOf(identity.pid));

  expect(signalGroup(identity.pid, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(identityOf(identity.pid)).toBeUndefined();
  expect(signalGroup(identity.pid, 0)).toBe(false);
});

test('this process knows itself, and a parent that is not ours counts as alive', () => {
  expect(isAlive(ownIdentity())).toBe(true);
  const init = identityOf(1);
  if (init) expect(isAlive(init)).toBe(true);
});
