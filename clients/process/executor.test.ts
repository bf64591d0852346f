import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../test/harness/eventually.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';
import { readJson, type Supervisor } from './run-files.ts';
import { createWorld, request, watching, type World } from './test-runs.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const success = { kind: 'ended', state: 'success', description: 'Job succeeded.' };
const failure = { kind: 'ended', state: 'failure', description: 'Job failed.' };

function finished(result: string, more = {}) {
  return { timestamp: expect.any(Number), passed: result === 'SUCCESS', result, ...more };
}

function isRunning(pid: string): boolean {
  return identityOf(Number(pid)) !== undefined;
}

/** The text of a file that a job writes in one go. */
async function textOf(path: string): Promise<string> {
  let text = '';
  await eventually(async () => (text = await readFile(path, 'utf8').catch(() => '')) !== '', `${path} is written`);
  return text.trim();
}

// In commands `$$$$` becomes `$$`, as in a pod.
describe('a command', () => {
  test('that exits with 0 is a success, with log and results stored', async () => {
    const job = request('echo hello; echo trouble >&2');

    expect(await world.run(job)).toEqual(success);

    expect(await world.stored(job, 'build-log.txt')).toBe('hello\ntrouble\n');
    expect(await world.storedJson(job, 'started.json')).toEqual({ timestamp: expect.any(Number) });
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('SUCCESS'));
    expect(Buffer.from((await world.blobs.get('bucket/logs/some-job/latest-build.txt')) ?? []).toString()).toBe(
      job.prowJob.status.build_id,
    );
  });

  test('that exits with another code is a failure', async () => {
    const job = request('echo no; exit 3');

    expect(await world.run(job)).toEqual(failure);
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('FAILURE'));
  });

  test('that exits with 130 is a failure whose finished.json says ABORTED, as the sidecar has it', async () => {
    const job = request('exit 130');

    expect(await world.run(job)).toEqual(failure);
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('ABORTED'));
  });

  test('that is killed is a failure, and the log names the signal', async () => {
    const job = request('kill -KILL $$$$');

    expect(await world.run(job)).toEqual(failure);
    expect(await world.stored(job, 'build-log.txt')).toContain('The command was killed by SIGKILL.');
  });

  test.each([
    [
      'does not exist',
      ['no-such-program', 'x'],
      'Cannot start the command "no-such-program": there is no such program',
    ],
    ['is not executable', ['/etc/passwd'], 'Cannot start the command "/etc/passwd": it is not executable'],
    ['is too long', ['echo', 'x'.repeat(3_000_000)], 'arguments and environment are larger than the system allows'],
  ])('that %s is a failure whose log names it', async (_name, command, words) => {
    const job = request('', {}, { command });

    expect(await world.run(job)).toEqual(failure);
    expect(await world.stored(job, 'build-log.txt')).toContain(words);
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('FAILURE'));
  });

  test('that leaves processes behind takes them along', async () => {
    const path = join(world.dataDir, 'pid');
    const job = request(`sleep 300 & echo $! > ${path}; echo done`);

    expect(await world.run(job)).toEqual(success);

    expect(isRunning(await textOf(path))).toBe(false);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('that starts a daemon takes it along, too (Linux)', async () => {
    const path = join(world.dataDir, 'pid');
    const job = request(`setsid sh -c 'echo $$$$ > ${path}; sleep 300' & until [ -s ${path} ]; do sleep 0.02; done`);

    expect(await world.run(job)).toEqual(success);

    expect(isRunning(await textOf(path))).toBe(false);
  });

  test('may have no decoration: then it gets no artifact folder and no time limit of its own', async () => {
    const job = request('echo "artifacts=$ARTIFACTS"');
    delete job.prowJob.spec.decoration_config;

    expect(await world.run(job)).toEqual(success);
    expect(await world.stored(job, 'build-log.txt')).toBe('artifacts=\n');
  });
});

describe('output', () => {
  test('may be binary', async () => {
    const job = request(`printf '\\000\\377\\033[0m\\r\\n'; head -c 5000 /dev/zero`);

    await world.run(job);

    const log = await world.blobs.get(`bucket/logs/some-job/${job.prowJob.status.build_id}/build-log.txt`);
    expect(Buffer.from(log ?? [])).toEqual(
      Buffer.concat([Buffer.from('\0\xff\x1b[0m\r\n', 'latin1'), Buffer.alloc(5000)]),
    );
  });

  test('may be one line of 100 MB, and neither worker nor supervisor holds it', async () => {
    const go = join(world.dataDir, 'go');
    const job = request(`head -c 100000000 /dev/zero | tr '\\0' x; until [ -e ${go} ]; do sleep 0.05; done`);
    const before = process.memoryUsage().rss;

    await world.executor.start(job);
    const { log, supervisor } = world.filesOf(job);
    await eventually(async () => (await stat(log).catch(() => undefined))?.size === 100_000_000, 'all is written');
    const { identity } = readJson<Supervisor>(supervisor) ?? {};
    const status = await readFile(`/proc/${identity?.pid}/status`, 'utf8').catch(() => 'VmRSS: 0 kB');
    await writeFile(go, '');
    expect(await world.executor.watch(job, watching())).toEqual(success);

    expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(80_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(await world.blobs.stat(`bucket/logs/some-job/${job.prowJob.status.build_id}/build-log.txt`)).toMatchObject({
      size: 100_000_000,
    });
  });
});

describe('limits of time', () => {
  test('timeout: SIGINT, and the code is 127 whatever the command makes of it', async () => {
    const job = request(`trap 'echo interrupted; exit 0' INT; while :; do sleep 0.02; done`, {
      decoration_config: { timeout: '1s', grace_period: '10s' },
    });

    expect(await world.run(job)).toEqual(failure);

    expect(await world.stored(job, 'build-log.txt')).toMatch(
      /The command did not end within 1 s and is interrupted; it has 10 s to end.\n(.*\n)*interrupted\n/,
    );
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('FAILURE'));
  });

  test('timeout: SIGKILL to the whole group when the grace period is over', async () => {
    const path = join(world.dataDir, 'pid');
    const job = request(`trap '' INT; (trap '' INT; sleep 300) & echo $! > ${path}; while :; do sleep 0.02; done`, {
      decoration_config: { timeout: '1s', grace_period: '200ms' },
    });

    expect(await world.run(job)).toEqual(failure);

    expect(await world.stored(job, 'build-log.txt')).toContain('The grace period is over; the command is killed.');
    expect(isRunning(await textOf(path))).toBe(false);
  });

  test('running timeout: the run is aborted', async () => {
    const job = request('sleep 300');
    job.timeouts.runningMs = 300;

    expect(await world.run(job)).toEqual({ kind: 'ended', state: 'aborted', description: 'Process running timeout.' });
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('ABORTED'));
  });
});

describe('end', () => {
  test('interrupts the command, waits for it and stores the results; the watch hears of it', async () => {
    const path = join(world.dataDir, 'up');
    const job = request(`trap 'echo tidy; exit 0' INT TERM; echo x > ${path}; while :; do sleep 0.02; done`);
    await world.executor.start(job);
    const watched = world.executor.watch(job, watching());
    await textOf(path);

    await world.executor.end(job, 'aborted');

    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('ABORTED'));
    expect(await world.stored(job, 'build-log.txt')).toContain('tidy');
    expect(await watched).toEqual({ kind: 'ended', state: 'aborted', description: 'Job aborted.' });
    await world.executor.end(job, 'aborted');
  });

  test('kills what does not end within the grace period', async () => {
    const path = join(world.dataDir, 'pid');
    const job = request(`trap '' INT TERM; echo $$$$ > ${path}; while :; do sleep 0.02; done`, {
      decoration_config: { timeout: '1m0s', grace_period: '200ms' },
    });
    await world.executor.start(job);
    const pid = await textOf(path);

    await world.executor.end(job, 'aborted');

    expect(isRunning(pid)).toBe(false);
    expect(await world.executor.watch(job, watching())).toMatchObject({ state: 'aborted' });
  });

  test('of a run that was never started keeps a late start from starting it', async () => {
    const path = join(world.dataDir, 'ran');
    const job = request(`echo x >> ${path}`);

    await world.executor.end(job, 'aborted');

    expect(await world.executor.start(job)).toMatchObject({ adopted: true });
    expect(await world.executor.watch(job, watching())).toMatchObject({ state: 'aborted' });
    expect(existsSync(path)).toBe(false);
  });

  test('right after the start finds the supervisor, whether it is up yet or not', async () => {
    const jobs = Array.from({ length: 6 }, () => request('sleep 300'));
    await Promise.all(
      jobs.map(async (job, index) => {
        await world.executor.start(job);
        await new Promise((resolve) => setTimeout(resolve, index * 12));
        await world.executor.end(job, 'aborted');
        expect(await world.executor.watch(job, watching())).toMatchObject({ state: 'aborted' });
      }),
    );
  });

  test('on shutdown ends all runs, and says why', async () => {
    const job = request('sleep 300');
    await world.executor.start(job);

    await world.executor.shutdown(true);

    expect(await world.another().watch(job, watching())).toEqual({
      kind: 'ended',
      state: 'aborted',
      description: 'Job aborted: Bowsprit was stopped.',
    });
    expect(await world.storedJson(job, 'finished.json')).toEqual(finished('ABORTED'));
    await expect(world.executor.start(request('true'))).rejects.toThrow('shutting down');
  });
});

describe('watch', () => {
  test('rejects when its signal aborts, and the run goes on for the next worker', async () => {
    const go = join(world.dataDir, 'go');
    const job = request(`until [ -e ${go} ]; do sleep 0.02; done; echo end`);
    await world.executor.start(job);
    const stop = new AbortController();
    const watched = world.executor.watch(job, { heartbeat: () => undefined, signal: stop.signal });

    stop.abort(new Error('worker stops'));
    await expect(watched).rejects.toThrow('worker stops');
    await world.executor.shutdown(false);
    const next = world.another();
    const adopted = await next.start(job);
    await writeFile(go, '');

    expect(adopted).toEqual({ buildId: job.prowJob.status.build_id, adopted: true });
    expect(await next.watch(job, watching())).toEqual(success);
  });

  test('can be asked again when everything is over, and nothing secret is left on the disk', async () => {
    const job = request(
      'echo once; ls -l "$TMPDIR/../spec.json" | cut -c1-10',
      {},
      { env: [{ name: 'TOKEN', value: 'hunter2' }] },
    );
    await world.run(job);

    expect(await world.executor.watch(job, watching())).toEqual(success);
    expect(await world.executor.start(job)).toMatchObject({ adopted: true });
    expect((await readdir(world.filesOf(job).folder)).sort()).toEqual([
      'begun.json',
      'exit.json',
      'outcome.json',
      'supervisor.json',
    ]);
    expect(await world.stored(job, 'build-log.txt')).toBe('once\n-rw-------\n');
  });

  test('follows many runs at once', async () => {
    const jobs = Array.from({ length: 25 }, (_, index) => request(`exit ${index % 2}`));

    const outcomes = await Promise.all(jobs.map((job) => world.run(job)));

    expect(outcomes).toEqual(jobs.map((_, index) => (index % 2 ? failure : success)));
  });

  test('of a run that was never started is an error, not a start', async () => {
    const job = request('true');

    expect(await world.executor.watch(job, watching())).toEqual({
      kind: 'ended',
      state: 'error',
      description: 'Job was lost. It was never started here, or its files were removed.',
    });
    expect(await world.stored(job, 'finished.json')).toBeUndefined();
  });
});

describe('a lost supervisor', () => {
  async function killSupervisor(job: Parameters<World['run']>[0]): Promise<void> {
    let identity: ProcessIdentity | undefined;
    const { supervisor } = world.filesOf(job);
    await eventually(() => (identity = readJson<Supervisor>(supervisor)?.identity) !== undefined, 'it is up');
    if (identity) process.kill(identity.pid, 'SIGKILL');
    await eventually(() => identity !== undefined && !isAlive(identity), 'it is gone');
  }

  test('is an error; its command is ended and never started again', async () => {
    const counter = join(world.dataDir, 'counter');
    const pid = join(world.dataDir, 'pid');
    const job = request(`echo x >> ${counter}; echo $$$$ > ${pid}; sleep 300`);
    await world.executor.start(job);
    const number = await textOf(pid);
    await eventually(() => existsSync(world.filesOf(job).command), 'the command is recorded');

    await killSupervisor(job);

    expect(await world.executor.watch(job, watching())).toEqual({
      kind: 'ended',
      state: 'error',
      description: 'Job was lost. Its supervisor was killed, or the machine was restarted.',
    });
    expect(isRunning(number)).toBe(false);
    for (const executor of [world.executor, world.another()]) {
      expect(await executor.start(job)).toMatchObject({ adopted: true });
      expect(await executor.watch(job, watching())).toMatchObject({ state: 'error' });
    }
    expect(await readFile(counter, 'utf8')).toBe('x\n');
    expect(await world.stored(job, 'build-log.txt')).toBe('');
    // The record of the ProwJob's end writes it, with the state in lower case (spec 6.3, line 64).
    expect(await world.stored(job, 'finished.json')).toBeUndefined();
  });

  test('that cannot even start is an error with its words', async () => {
    const broken = world.another({ supervisorCommand: ['sh', '-c', 'echo out of tea >&2; exit 1'] });
    const job = request('true');
    await broken.start(job);

    expect(await broken.watch(job, watching())).toMatchObject({
      state: 'error',
      description: 'Job was lost. Its supervisor could not start: out of tea',
    });
    const none = world.another({ supervisorCommand: ['/no/such/node'] });
    const other = request('true');
    await none.start(other);
    expect(await none.watch(other, watching())).toMatchObject({
      state: 'error',
      description: expect.stringContaining('ENOENT'),
    });
  });

  test('whose folder somebody removes ends its run', async () => {
    const pid = join(world.folder, 'pid');
    const job = request(`echo $$$$ > ${pid}; sleep 300`);
    await world.executor.start(job);
    const number = await textOf(pid);

    await rm(world.filesOf(job).folder, { recursive: true, maxRetries: 3 });

    await eventually(() => !isRunning(number), 'the command is ended');
    expect(await world.executor.watch(job, watching())).toMatchObject({ state: 'error' });
  });

  test('without worker ends its run when the grace time is over', async () => {
    const pid = join(world.dataDir, 'pid');
    const job = request(`echo $$$$ > ${pid}; sleep 300`);
    const dying = world.another({ leaseGraceMs: 1500 });
    await dying.start(job);
    const number = await textOf(pid);
    await dying.shutdown(false);
    await world.executor.shutdown(false);

    await eventually(() => existsSync(world.filesOf(job).exit), 'the supervisor gives up');

    expect(isRunning(number)).toBe(false);
    expect(await world.another().watch(job, watching())).toEqual({
      kind: 'ended',
      state: 'error',
      description: 'Job was lost. No worker was there for 1.5 s.',
    });
  });
});

test('racing starts of two executors on one data directory run each command once', async () => {
  const other = world.another();
  const counters = join(world.dataDir, 'count-');
  const jobs = Array.from({ length: 12 }, (_, index) => request(`echo x >> ${counters}${index}`));

  await Promise.all(
    jobs.map(async (job) => {
      const starts = [world.executor.start(job), other.start(job), world.executor.start(job), other.start(job)];
      const adopted = (await Promise.all(starts)).map((started) => started.adopted);
      expect(adopted.filter((isAdopted) => !isAdopted)).toHaveLength(1);
      const watches = [world.executor.watch(job, watching()), other.watch(job, watching())];
      expect(await Promise.all(watches)).toEqual([success, success]);
    }),
  );

  for (const [index] of jobs.entries()) expect(await readFile(`${counters}${index}`, 'utf8')).toBe('x\n');
});

test('old traces are removed, running jobs stay', async () => {
  const done = request('true');
  const running = request('sleep 300');
  await world.run(done);
  await world.executor.start(running);

  const inAnHour = Date.now() + 3_600_000;

  expect(await world.executor.removeOldRuns(Date.now() - 3_600_000, { dryRun: false })).toBe(0);
  expect(await world.executor.removeOldRuns(inAnHour, { dryRun: true })).toBeGreaterThan(0);
  expect(existsSync(world.filesOf(done).folder)).toBe(true);
  await world.executor.removeOldRuns(inAnHour, { dryRun: false });
  expect(existsSync(world.filesOf(done).folder)).toBe(false);
  expect(existsSync(world.filesOf(running).folder)).toBe(true);
});
