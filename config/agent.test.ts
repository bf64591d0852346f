import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createConfigAgent, type ConfigAgent, type ConfigAgentOptions } from './agent.ts';
import { ConfigError } from './problem.ts';

const silent = { info: () => undefined, warn: () => undefined };

let folder: string;
let agent: ConfigAgent | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'agent-'));
  write('config.yaml', '{}');
  write('jobs/a.yaml', periodic('first'));
});

afterEach(async () => {
  await agent?.close();
  agent = undefined;
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function periodic(name: string): string {
  return `periodics:\n- {name: ${name}, interval: 1h, spec: {containers: [{image: i, command: [c]}]}}\n`;
}

async function start(options: Partial<ConfigAgentOptions> = {}): Promise<ConfigAgent> {
  agent = await createConfigAgent(
    { configPath: join(folder, 'config.yaml'), jobConfigPaths: [join(folder, 'jobs')] },
    { logger: silent, debounceMs: 10, pollMs: 60_000, ...options },
  );
  return agent;
}

function names(of: ConfigAgent): string[] {
  return of.current().periodics.map(({ name }) => name);
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('the configuration agent', () => {
  test('loads at once and tells so', async () => {
    const generations: string[] = [];

    const running = await start({ onLoaded: ({ generation }) => generations.push(generation) });

    expect(names(running)).toEqual(['first']);
    expect(generations).toEqual([running.current().generation]);
  });

  test('rejects when there is nothing good to start with', async () => {
    write('jobs/a.yaml', 'periodics: {');

    await expect(start()).rejects.toThrow(ConfigError);
  });

  test('notices a written file by its event', async () => {
    const running = await start();

    write('jobs/a.yaml', periodic('second'));

    await until(() => names(running).includes('second'));
    expect(running.refused()).toBeUndefined();
  });

  test('notices files in a folder that did not exist before', async () => {
    const running = await start();

    write('jobs/deep/er/b.yaml', periodic('deep'));

    await until(() => names(running).includes('deep'));
    write('jobs/deep/er/b.yaml', periodic('deeper'));
    await until(() => names(running).includes('deeper'));
    expect(names(running)).toEqual(['first', 'deeper']);
  });

  test('notices changes without events by looking at the files', async () => {
    const running = await start({ pollMs: 20, debounceMs: 60_000 });

    write('jobs/a.yaml', periodic('polled'));

    await until(() => names(running).includes('polled'));
    expect(names(running)).toEqual(['polled']);
  });

  test('notices the switch of a ConfigMap mount', async () => {
    rmSync(join(folder, 'jobs'), { recursive: true });
    write('jobs/..old/a.yaml', periodic('old'));
    symlinkSync('..old', join(folder, 'jobs/..data'));
    symlinkSync('..data/a.yaml', join(folder, 'jobs/a.yaml'));
    const running = await start();

    write('jobs/..new/a.yaml', periodic('new'));
    symlinkSync('..new', join(folder, 'jobs/..tmp'));
    renameSync(join(folder, 'jobs/..tmp'), join(folder, 'jobs/..data'));

    await until(() => names(running).includes('new'));
    expect(names(running)).toEqual(['new']);
  });

  test('keeps the last good configuration and says why the new one was refused, until it is repaired', async () => {
    const refusals: ConfigError[] = [];
    const running = await start({ onRefused: (error) => refusals.push(error) });
    const { generation } = running.current();

    write('jobs/a.yaml', 'periodics:\n- {name: first, max_concurrency: "3"}\n');
    await until(() => running.refused() !== undefined);

    expect(running.current().generation).toBe(generation);
    expect(refusals).toHaveLength(1);
    expect(running.refused()?.error.message).toMatch(/a\.yaml:2:\d+: job "first": periodics\[0\]\.max_concurrency/);

    write('jobs/a.yaml', periodic('repaired'));
    await until(() => names(running).includes('repaired'));
    expect(running.refused()).toBeUndefined();
  });

  test('a refusal is taken back when the old content returns', async () => {
    let loads = 0;
    const running = await start({ onLoaded: () => loads++ });

    write('jobs/a.yaml', 'periodics: {');
    await until(() => running.refused() !== undefined);
    write('jobs/a.yaml', periodic('first'));
    await until(() => running.refused() === undefined);

    expect(loads).toBe(1);
  });

  test('equal content has an equal generation, other content another', async () => {
    const running = await start();
    const { generation } = running.current();

    write('jobs/a.yaml', periodic('first'));
    await running.reload();
    expect(running.current().generation).toBe(generation);

    write('jobs/a.yaml', periodic('other'));
    await running.reload();
    expect(running.current().generation).not.toBe(generation);
  });

  test('reload while a reload runs reads the files once more', async () => {
    const running = await start();

    const before = running.reload();
    write('jobs/a.yaml', periodic('late'));
    const after = running.reload();
    await Promise.all([before, after]);

    expect(names(running)).toEqual(['late']);
  });

  test('does nothing after it is closed', async () => {
    const running = await start({ pollMs: 5 });
    await running.close();

    write('jobs/a.yaml', periodic('ignored'));
    await running.reload();

    expect(names(running)).toEqual(['first']);
  });

  test('refuses a configuration with jobs for agents that are not run here', async () => {
    const running = await start();

    write('jobs/a.yaml', 'periodics:\n- {name: old, interval: 1h, agent: jenkins}\n');
    await running.reload();

    expect(running.refused()?.error.message).toContain('jobs for Jenkins are not run here');
  });
});
