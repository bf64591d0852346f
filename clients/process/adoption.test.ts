import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eventually } from '../../test/harness/eventually.ts';
import type { RunRequest } from '../../domain/executor.ts';
import { compile, createWorld, request, watching, type World } from './test-runs.ts';

let world: World;
let workers: ChildProcess[];
beforeEach(async () => {
  world = await createWorld();
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await world.close();
});

/** A real worker process that starts the runs and follows them; it prints a line for each outcome. */
async function startWorker(
  requests: RunRequest[],
): Promise<{ output(): string; process: ChildProcess; exited: Promise<void> }> {
  const program = join(world.folder, 'worker');
  const executor = await compile('clients/process/executor.ts', program);
  const local = await compile('clients/blobs/local.ts', program);
  const script = join(program, 'worker.js');
  const options = { ...world.options, blobs: undefined, logger: undefined, environment: undefined };
  await writeFile(
    script,
    `import { createProcessExecutor } from ${JSON.stringify(executor)};
     import { createLocalBlobStore } from ${JSON.stringify(local)};
     const logger = { info() {}, warn: console.error, error: console.error, child: () => logger };
     const blobs = createLocalBlobStore(${JSON.stringify(join(world.folder, 'blobs'))});
     const executor = createProcessExecutor({ ...${JSON.stringify(options)}, blobs, logger });
     await Promise.all(${JSON.stringify(requests)}.map(async (request) => {
       const { adopted } = await executor.start(request);
       console.log(adopted ? 'adopted' : 'started');
       const outcome = await executor.watch(request, { heartbeat() {}, signal: new AbortController().signal });
       console.log(outcome.state);
     }));
     await executor.shutdown(false);`,
  );
  const worker = spawn(process.execPath, [script], {
    cwd: dirname(script),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  workers.push(worker);
  let output = '';
  worker.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    output: () => output,
    process: worker,
    exited: new Promise((resolve) => worker.once('close', () => resolve())),
  };
}

test('a worker that is killed in mid run loses nothing: the next one adopts, and the command ran once', async () => {
  const counter = join(world.folder, 'counter');
  const job = request(`echo x >> ${counter}; until [ -e ${world.folder}/go ]; do sleep 0.02; done; echo end`);
  const first = await startWorker([job]);
  await eventually(() => existsSync(counter), 'the command runs');

  first.process.kill('SIGKILL');
  await first.exited;
  const second = await startWorker([job]);
  await eventually(() => second.output() === 'adopted\n', 'the run is adopted');
  await writeFile(`${world.folder}/go`, '');
  await second.exited;

  expect(second.output()).toBe('adopted\nsuccess\n');
  expect(await readFile(counter, 'utf8')).toBe('x\n');
  expect(await world.stored(job, 'build-log.txt')).toBe('end\n');
  expect(await world.storedJson(job, 'finished.json')).toMatchObject({ result: 'SUCCESS' });
});

test('a run that ended while no worker was there is adopted with its result', async () => {
  const counter = join(world.folder, 'counter');
  const job = request(`echo x >> ${counter}; exit 7`);
  const first = await startWorker([job]);
  await eventually(() => existsSync(counter), 'the command runs');
  first.process.kill('SIGKILL');
  await first.exited;
  await eventually(() => existsSync(world.filesOf(job).exit) || existsSync(world.filesOf(job).outcome), 'it has ended');

  expect(await world.executor.start(job)).toMatchObject({ adopted: true });
  expect(await world.executor.watch(job, watching())).toMatchObject({ state: 'failure' });
  expect(await readFile(counter, 'utf8')).toBe('x\n');
});

test('workers that are killed at any moment, again and again, start no command twice', async () => {
  const jobs = Array.from({ length: 8 }, (_, index) => request(`echo x >> ${world.folder}/counter-${index}`));
  // Each life is a little longer than the one before: kills before, while and after supervisors are started.
  for (let lifeMs = 60; lifeMs <= 360; lifeMs += 60) {
    const worker = await startWorker(jobs);
    await new Promise((resolve) => setTimeout(resolve, lifeMs));
    worker.process.kill('SIGKILL');
    await worker.exited;
  }

  for (const [index, job] of jobs.entries()) {
    await world.executor.start(job);
    const outcome = await world.executor.watch(job, watching());
    const ran = await readFile(`${world.folder}/counter-${index}`, 'utf8').catch(() => '');
    // A worker that dies between its mark and the start of the supervisor costs the run, and never a second one.
    expect([
      ['success', 'x\n'],
      ['error', ''],
    ]).toContainEqual([outcome.kind === 'ended' ? outcome.state : '', ran]);
  }
});

test('two real workers on one data directory run each command once', async () => {
  const jobs = Array.from({ length: 6 }, (_, index) =>
    request(`echo x >> ${world.folder}/counter-${index}; sleep 0.1`),
  );

  const pair = await Promise.all([startWorker(jobs), startWorker(jobs)]);
  await Promise.all(pair.map((worker) => worker.exited));

  const lines = pair.flatMap((worker) => worker.output().trim().split('\n'));
  expect(lines.filter((line) => line === 'started')).toHaveLength(6);
  expect(lines.filter((line) => line === 'adopted')).toHaveLength(6);
  expect(lines.filter((line) => line === 'success')).toHaveLength(12);
  for (const [index] of jobs.entries()) expect(await readFile(`${world.folder}/counter-${index}`, 'utf8')).toBe('x\n');
});
