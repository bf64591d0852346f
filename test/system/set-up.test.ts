/** What the set-up says on a machine that lacks something. What it installs is tried by every fresh clone. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ended } from '../harness/system.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-set-up-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const scripts = ['scripts/start.mjs', 'scripts/test.mjs', 'scripts/build.mjs', 'scripts/bowsprit.mjs'];

test.each(scripts)('%s without git says what for it is needed', async (script) => {
  symlinkSync(process.execPath, join(folder, 'node'));

  expect(await ended(process.execPath, [script, '--help'], { PATH: folder })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'bowsprit: git is needed to clone what jobs test; install it.\n',
  });
});

test.each(scripts)('%s on an old Node.js names both versions', async (script) => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })";

  expect(
    await ended(process.execPath, ['--import', `data:text/javascript,${old}`, script, '--help'], process.env),
  ).toEqual({
    code: 1,
    stdout: '',
    stderr: 'bowsprit: Node.js 20.19 or newer is needed; this is 20.18.3.\n',
  });
});
