/** A real configuration of thousands of jobs, recorded and scheduled but not executed (`--executor none`). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { ids } from '../../domain/wire.ts';
import { eventually } from '../harness/eventually.ts';
import { createSystem, ended, projectRoot, type RunningSystem } from '../harness/system.ts';

const real = join(projectRoot, '../shared/data/test-infra/config');
const configArgs = ['--config-path', join(real, 'prow/config.yaml'), '--job-config-path', join(real, 'jobs')];

let system: RunningSystem | undefined;
let client: Client | undefined;
afterEach(async () => {
  await client?.connection.close();
  await system?.dispose();
}, 60_000);

(existsSync(real) ? test : test.skip)(
  'every periodic of a real configuration has its schedule (needs ../shared/data/test-infra)',
  async () => {
    const running = (system = await createSystem({ args: [...configArgs, '--executor', 'none'] }));
    const checked = await ended(
      process.execPath,
      ['dist/cli/main.js', 'check', ...configArgs, '--output', 'json'],
      running.environment,
    );
    const { totals } = JSON.parse(checked.stdout) as { totals: { periodics: number } };

    await running.start();
    const temporal = (client = await connectTemporal({
      address: `127.0.0.1:${running.temporalPort}`,
      namespace: 'default',
    }));
    const scheduled = async () => {
      const found = new Set<string>();
      for await (const { scheduleId } of temporal.schedule.list({ pageSize: 1000 })) {
        if (scheduleId.startsWith(ids.periodicSchedulePrefix)) found.add(scheduleId);
      }
      for await (const loop of temporal.workflow.list({ query: 'WorkflowType="periodicLoop"' }))
        found.add(loop.workflowId);
      return found.size;
    };

    expect(totals.periodics).toBeGreaterThan(700);
    await eventually(async () => (await scheduled()) >= totals.periodics, 'all are listed', {
      timeoutMs: 120_000,
      intervalMs: 500,
    });
    expect(await scheduled()).toBe(totals.periodics);
    expect((await running.get('/healthz/ready')).statusCode).toBe(200);
  },
  300_000,
);
