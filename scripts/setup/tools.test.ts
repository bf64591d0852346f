/** Which Temporal CLI the set-up takes. Programs are shell scripts that tell a version; nothing is downloaded. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const tools = new URL('tools.mjs', import.meta.url).href;
const say = new URL('say.mjs', import.meta.url).href;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bowsprit-tools-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of that version below the folder. */
function program(path: string, output: string): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, `#!/bin/sh\necho '${output}'\n`, { mode: 0o755 });
  return whole;
}

/** Path of the CLI for a project in `<folder>/project`, or the sentence that refuses. */
function chosen(env: Record<string, string>): string {
  const script = `
    import { ensureTemporalCli } from ${JSON.stringify(tools)};
    import { runScript } from ${JSON.stringify(say)};
    await runScript(async () => console.log(await ensureTemporalCli(${JSON.stringify(join(folder, 'project'))})));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...env },
  });
  return (stdout + stderr).trim();
}

const current = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';
const least = 'temporal version 1.4.0 (Server 1.28.0, UI 2.38.0)';
const old = 'temporal version 1.3.9 (Server 1.27.0, UI 2.36.0)';
const ownPath = 'project/.tools/bin/temporal';

test('the one that TEMPORAL_CLI_PATH names wins', () => {
  const named = program('named/temporal', current);
  program('path/temporal', current);
  program(ownPath, current);

  expect(chosen({ TEMPORAL_CLI_PATH: named, PATH: `${folder}/path:/bin` })).toBe(named);
});

test('then the one on PATH, from the least version on', () => {
  const onPath = program('path/temporal', least);
  program(ownPath, current);

  expect(chosen({ PATH: `${folder}/path:/bin` })).toBe(onPath);
});

test.each([
  ['is too old', old],
  ['tells no version', 'hello'],
])("the project's own wins over one on PATH that %s", (_name, output) => {
  program('path/temporal', output);
  const own = program(ownPath, current);

  expect(chosen({ PATH: `${folder}/path:/bin` })).toBe(own);
});

test('a named one that is too old is refused in words', () => {
  const named = program('named/temporal', old);

  expect(chosen({ TEMPORAL_CLI_PATH: named })).toBe(
    `bowsprit: TEMPORAL_CLI_PATH names ${named}, but it is version 1.3, older than 1.4.`,
  );
});

test('a named one that is not there is refused in words', () => {
  expect(chosen({ TEMPORAL_CLI_PATH: '/no/such/temporal' })).toBe(
    'bowsprit: TEMPORAL_CLI_PATH names /no/such/temporal, but there is no such file.',
  );
});
