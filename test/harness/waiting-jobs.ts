/**
 * Jobs that tell how often they ran and end when the test says so, and what must hold of one when everything is over, whatever
 * was killed in between.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { ProwJob } from '../../domain/prowjob.ts';
import { historyOf } from './job-history.ts';
import { createSystem, periodics, shellJob, type RunningSystem } from './system.ts';

/** The ProwJobs that a job has noted, one per time that its command ran. */
export function notesOf({ folder }: RunningSystem, job: string): string[] {
  const path = join(folder, job);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

const note = (job: string) => `echo "$PROW_JOB_ID" >> @FOLDER@/${job}`;

/** Notes that it began, prints, and waits for `letEnd`. */
export function waitingJob(job: string): string {
  return shellJob(
    job,
    `${note(job)}; echo first line; until [ -e @FOLDER@/go-${job} ]; do sleep 0.1; done; echo last line`,
  );
}

/** Only notes that it ran. */
export function tickingJob(job: string, interval: string): string {
  return shellJob(job, note(job), { interval });
}

export function letEnd({ folder }: RunningSystem, job: string): void {
  writeFileSync(join(folder, `go-${job}`), '');
}

/** Not started yet. */
export async function systemWith(...jobs: string[]): Promise<RunningSystem> {
  const system = await createSystem({ jobs: '' });
  writeFileSync(system.jobsFile, periodics(...jobs).replaceAll('@FOLDER@', system.folder));
  return system;
}

/** One run, one end, one record of each state, one set of results, the whole log. */
export async function expectRanOnce(running: RunningSystem, job: string, temporal: Client): Promise<void> {
  const jobs = await running.prowJobs(job);
  expect(jobs).toHaveLength(1);
  const [{ metadata, status }] = jobs as [ProwJob];
  expect(notesOf(running, job)).toEqual([metadata.name]);
  const history = await historyOf(temporal, metadata.name);
  expect(history.endings).toEqual(['completed']);
  expect(history.recorded).toEqual(['pending', 'success']);
  expect(history.completed).toMatchObject({ startRun: 1, watchRun: 1 });
  const results = running.stored(job, 'finished.json');
  expect(results).toHaveLength(1);
  expect(JSON.parse(readFileSync(results[0] ?? '', 'utf8'))).toMatchObject({ passed: true, result: 'SUCCESS' });
  const [record] = running.stored(job, 'prowjob.json');
  expect(JSON.parse(readFileSync(record ?? '', 'utf8'))).toMatchObject({ status: { state: 'success' } });
  const log = await running.get(`/log?job=${job}&id=${status.build_id}`);
  expect(log.body).toBe('first line\nlast line\n');
}
