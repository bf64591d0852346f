import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compiledSupervisor, createWorld, request, type World } from './test-runs.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld(await compiledSupervisor());
});
afterEach(() => world.close());

describe('a command', () => {
  test('that exits with 0 is a success, with log and results stored', async () => {
    const job = request('echo hello; echo trouble >&2');

    expect(await world.run(job)).toEqual({ kind: 'ended', state: 'success', description: 'Job succeeded.' });

    expect(await world.stored(job, 'build-log.txt')).toBe('hello\ntrouble\n');
    expect(await world.storedJson(job, 'started.json')).toEqual({ timestamp: expect.any(Number) });
    expect(await world.storedJson(job, 'finished.json')).toEqual({
      timestamp: expect.any(Number),
      passed: true,
      result: 'SUCCESS',
    });
  });
});
