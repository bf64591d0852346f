import { afterEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld, request, watching, type World } from './test-runs.ts';

/** A data directory of 1 MB; undefined where this user may not mount. */
function mountSmall(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'bowsprit-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
}

function unmount(path: string): void {
  execFileSync('umount', ['-l', path]);
  rmSync(path, { recursive: true });
}

let world: World | undefined;
let dataDir: string | undefined;
afterEach(async () => {
  await world?.close();
  if (dataDir === undefined) return;
  unmount(dataDir);
});

const probe = mountSmall();
if (probe !== undefined) unmount(probe);
const whereMountable = probe === undefined ? test.skip : test;

whereMountable(
  'a run that fills the disk with its own output still ends with its result (needs to mount a tmpfs)',
  async () => {
    dataDir = mountSmall();
    world = await createWorld({ dataDir: dataDir ?? '' });
    const job = request('yes | head -c 5000000; echo "status $?"; exit 4');

    expect(await world.run(job)).toEqual({ kind: 'ended', state: 'failure', description: 'Job failed.' });

    expect(await world.storedJson(job, 'finished.json')).toMatchObject({ result: 'FAILURE' });
    expect(await world.stored(job, 'build-log.txt')).toMatch(/^y\ny\n/);
    expect(await world.executor.watch(job, watching())).toMatchObject({ state: 'failure' });
  },
);

whereMountable(
  'a full disk refuses a start, naming the folder, and takes it when there is room (needs to mount a tmpfs)',
  async () => {
    dataDir = mountSmall();
    world = await createWorld({ dataDir: dataDir ?? '' });
    const job = request('echo ran');
    await writeFile(join(world.dataDir, 'filler'), new Uint8Array(2_000_000)).catch(() => undefined);

    await expect(world.executor.start(job)).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: `Cannot prepare a run in ${world.dataDir}: the disk is full; free some space.`,
    });
    rmSync(join(world.dataDir, 'filler'));

    expect(await world.run(job)).toMatchObject({ state: 'success' });
    expect(await world.stored(job, 'build-log.txt')).toBe('ran\n');
  },
);
