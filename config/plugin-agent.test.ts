import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../test/harness/eventually.ts';
import { createPluginAgent, type PluginAgent } from './plugin-agent.ts';
import { ConfigError } from './problem.ts';

let folder: string;
let file: string;
let agent: PluginAgent | undefined;
let refused: ConfigError | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'plugins-'));
  file = join(folder, 'plugins.yaml');
  refused = undefined;
});
afterEach(async () => {
  await agent?.close();
  agent = undefined;
  rmSync(folder, { recursive: true });
});

async function start(path: string | undefined): Promise<PluginAgent> {
  const logger = { info: () => undefined, warn: () => undefined };
  agent = await createPluginAgent(path, {
    logger,
    debounceMs: 10,
    pollMs: 60_000,
    onRefused: (error) => (refused = error),
  });
  return agent;
}
const enabled = (given: PluginAgent) => [...given.current().plugins.values()].map(({ plugins }) => plugins);

test('without a file no plugin is enabled, and defaults are there', async () => {
  const none = await start(undefined);

  expect(enabled(none)).toEqual([]);
  expect(none.current().size.s).toBeGreaterThan(0);
});

test('a changed file is in force by itself; a refused one leaves the last good one', async () => {
  writeFileSync(file, 'plugins: {o/r: {plugins: [lgtm]}}');
  const watching = await start(file);
  expect(enabled(watching)).toEqual([['lgtm']]);

  writeFileSync(file, 'plugins: {o/r: {plugins: [lgtm, approve]}}');
  await eventually(() => enabled(watching)[0]?.length === 2, 'the change is in force');
  writeFileSync(file, 'plugins: [');
  await eventually(() => refused !== undefined, 'the change is refused');

  expect(enabled(watching)).toEqual([['lgtm', 'approve']]);
});

test.each([
  ['that is missing', undefined],
  ['that is no YAML', 'plugins: ['],
])('a file %s is refused at the start, by name', async (_name, text) => {
  if (text !== undefined) writeFileSync(file, text);

  const starting = start(file);

  await expect(starting).rejects.toBeInstanceOf(ConfigError);
  await expect(starting).rejects.toMatchObject({ problems: [{ file }] });
});
