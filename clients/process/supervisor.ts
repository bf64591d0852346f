/**
 * The small program that runs one job on this machine: clone, command, exit record. Started by the worker in a session of its
 * own, it outlives that worker; nobody reads its output, all it has to say is in the run's folder.
 *
 *     node supervisor.js <folder of the run>
 *
 * One such process exists per running job, so it imports nothing but Node's modules and a few small files.
 */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloneRefs } from './clone.ts';
import { type Endings, watchEndings } from './endings.ts';
import { ownIdentity } from './process-identity.ts';
import { createExit, createJson, readJson, type RunExit, type RunFiles, runFiles, type RunSpec } from './run-files.ts';
import { superviseCommand } from './supervise-command.ts';

async function supervise(files: RunFiles): Promise<void> {
  const spec = readJson<RunSpec>(files.spec);
  if (!spec) throw new Error(`There is no run in ${files.folder}.`);
  const endings = watchEndings(files, spec);
  // Somebody decided in the meantime that this run will never be.
  if (!createJson(files.supervisor, { identity: ownIdentity(), at: Date.now() })) return;

  const exit = await run(files, spec, endings).catch((error: unknown): RunExit => ({
    reason: 'lost',
    exitCode: 127,
    finishedAt: Date.now(),
    message: `The supervisor failed: ${error instanceof Error ? error.message : String(error)}`,
  }));
  await recordExit(files, exit, endings);
  endings.stop();
  ring(spec);
}

async function run(files: RunFiles, spec: RunSpec, endings: Endings): Promise<RunExit> {
  for (const folder of [files.artifacts, files.gopath, files.work, files.temporary])
    mkdirSync(folder, { recursive: true });
  const log = openSync(files.log, 'a', 0o600);
  try {
    const exit = endedEarly(endings) ?? (await cloneAndRun(files, spec, endings, log));
    return { ...exit, finishedAt: Date.now() };
  } finally {
    closeSync(log);
  }
}

async function cloneAndRun(files: RunFiles, spec: RunSpec, endings: Endings, log: number) {
  if (spec.clone) {
    const problem = await cloneRefs(files, spec, spec.clone, log, endings);
    if (problem) return problem;
    ring(spec);
  }
  return (
    endedEarly(endings) ??
    (await superviseCommand(files, spec, resolve(files.folder, spec.workingDirectory), log, endings))
  );
}

function endedEarly(endings: Endings): Omit<RunExit, 'finishedAt'> | undefined {
  const ending = endings.current();
  return ending && { ...ending, exitCode: 130 };
}

/** Tries until it works: a disk that is full today may have room tomorrow. Ends when no worker would read it anyway. */
async function recordExit(files: RunFiles, exit: RunExit, endings: Endings): Promise<void> {
  for (;;) {
    try {
      createExit(files, exit);
      return;
    } catch (error) {
      process.stderr.write(`Cannot record how the run ended: ${String(error)}\n`);
      if (endings.current()?.reason === 'worker-lost') return;
      await sleep(1000);
    }
  }
}

/** Wakes the worker; it would look by itself a little later. */
function ring({ bell }: RunSpec): void {
  try {
    writeFileSync(bell, '');
  } catch (error) {
    process.stderr.write(`Cannot ring ${bell}: ${String(error)}\n`);
  }
}

await supervise(runFiles(process.argv[2] ?? ''));
// Timers and pipes of what was killed must not keep this process.
process.exit(0);
