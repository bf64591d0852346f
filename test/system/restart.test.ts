/** Ctrl-C and another start: everything ends, running jobs are aborted, and what was known is known again. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../harness/eventually.ts';
import { createSystem, periodics, shellJob, type RunningSystem } from '../harness/system.ts';

let system: RunningSystem | undefined;
afterEach(async () => {
  await system?.dispose();
}, 30_000);

const patience = { timeoutMs: 60_000, intervalMs: 50 };

test('Ctrl-C ends every process and aborts running jobs; after the next start all is as it was', async () => {
  const running = (system = await createSystem({ jobs: '' }));
  const notes = join(running.folder, 'notes');
  writeFileSync(
    running.jobsFile,
    periodics(
      shellJob('quick', 'echo "the log of quick"'),
      shellJob('endless', `echo began >> ${notes}; (sleep 1000; true) & setsid sleep 1000 & sleep 1000`),
    ),
  );
  await running.start();
  await running.whenInState('quick', 'success');
  await running.whenInState('endless', 'pending');
  await eventually(() => existsSync(notes), 'the endless job runs', patience);
  expect(await running.bowsprit('periodic', 'pause', 'quick', '--note', 'under repair')).toMatchObject({ code: 0 });
  const quick = await running.prowJobs('quick');
  const programs = ['embedded.js', 'deck.js', 'start-dev', 'supervisor.js', 'sleep 1000'];
  for (const program of programs) expect(running.processOf(new RegExp(program))).toBeDefined();

  const code = await running.interrupt();

  expect(code).toBe(0);
  expect(running.processes()).toEqual([]);
  expect(running.output()).toMatch(/\nstopping \.\.\.\n$/);

  await running.start();
  const endless = await running.whenInState('endless', 'aborted');
  const listed = await running.bowsprit('periodic', 'list');

  expect(await running.prowJobs('quick')).toEqual(quick);
  expect((await running.get(`/log?job=quick&id=${quick[0]?.status.build_id}`)).body).toBe('the log of quick\n');
  expect(listed.stdout).toMatch(/^quick .*paused: under repair/m);
  expect(listed.stdout).toMatch(/^endless .*active/m);
  expect(await running.prowJobs('endless')).toHaveLength(1);
  expect(endless.status.description).toBe('Job aborted: Bowsprit was stopped.');
  const [finished = ''] = running.stored('endless', 'finished.json');
  expect(JSON.parse(readFileSync(finished, 'utf8'))).toMatchObject({ passed: false, result: 'ABORTED' });
  expect(readFileSync(notes, 'utf8')).toBe('began\n');
}, 120_000);
