/** A data directory without room, Temporal's database in it: what runs is told when there is room again, once. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../harness/eventually.ts';
import { createSystem, periodics, shellJob, type RunningSystem } from '../harness/system.ts';

const patience = { timeoutMs: 90_000, intervalMs: 100 };

function mountSmall(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'bowsprit-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
}

const disk = mountSmall();
let system: RunningSystem | undefined;
afterEach(async () => {
  await system?.dispose();
  if (disk === undefined) return;
  execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
}, 30_000);

(disk === undefined ? test.skip : test)(
  'a disk that is full while a job ends: the job is known, and ends when there is room (needs to mount a tmpfs)',
  async () => {
    const running = (system = await createSystem({ jobs: '', dataDir: join(disk ?? '', 'data') }));
    const [notes, go] = [join(running.folder, 'notes'), join(running.folder, 'go')];
    const script = `echo began >> ${notes}; until [ -e ${go} ]; do sleep 0.1; done; echo last line; exit 0`;
    writeFileSync(running.jobsFile, periodics(shellJob('patient', script)));
    await running.start();
    await running.whenInState('patient', 'pending');

    const filler = join(disk ?? '', 'filler');
    const fill = () => {
      for (const size of [1_000_000, 4_096, 1]) {
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size));
        } catch {
          // No more of this size.
        }
      }
    };
    fill();
    writeFileSync(go, '');
    await eventually(() => running.processOf(/supervisor\.js/) === undefined, 'the run has ended', patience);
    fill();
    rmSync(filler);
    await running.whenInState('patient', 'success');

    expect(await running.prowJobs('patient')).toHaveLength(1);
    expect(readFileSync(notes, 'utf8')).toBe('began\n');
    expect(running.stored('patient', 'finished.json')).toHaveLength(1);
    expect(running.output()).not.toContain('starting it again');
    expect(await running.interrupt()).toBe(0);
  },
  240_000,
);
