import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const spec = '{containers: [{image: i, command: [c]}]}';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'bowsprit-check-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs `bowsprit check` in the folder of the test. */
function check(files: Record<string, string>, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const own = ['--config-path', 'config.yaml', '--job-config-path', 'jobs.yaml'];
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'check', ...own, ...args], { cwd: dir }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, out: stdout.replaceAll(`${dir}/`, ''), err: stderr });
    });
  });
}

const sound = {
  'config.yaml': '',
  'jobs.yaml': `periodics: [{name: a, interval: 1h, decorate: false, spec: ${spec}}]`,
};

test('totals are the last line, warnings come before, and do not fail', async () => {
  const { code, out } = await check(sound);

  expect(out).toBe(
    'warning (non-decorated-jobs): jobs.yaml: job "a": decorate: does not use the pod utilities; ' +
      'set decorate: true to have it cloned, logged and uploaded\n0 presubmits, 0 postsubmits, 1 periodics\n',
  );
  expect(code).toBe(0);
});

test('with --strict they fail', async () => {
  expect((await check(sound, '--strict')).code).toBe(1);
  expect((await check(sound, '--strict', '--exclude-warning', 'non-decorated-jobs')).code).toBe(0);
});

test('errors fail, with file, line, job and key', async () => {
  const { code, out } = await check({ ...sound, 'jobs.yaml': 'periodics:\n- name: a\n  interval: soon\n' });

  expect(out).toContain('job "a": interval');
  expect(code).toBe(1);
});

test('JSON has problems, warnings and totals', async () => {
  const { out } = await check(sound, '--output', 'json');

  expect(JSON.parse(out)).toMatchObject({
    totals: { periodics: 1 },
    problems: [],
    warnings: [{ warning: 'non-decorated-jobs', job: 'a', key: 'decorate' }],
  });
});

test('warnings about plugins are taken and told', async () => {
  const { code, out } = await check(sound, '--warnings', 'mismatched-tide');

  expect(out).toContain('The warning mismatched-tide is about plugins or Tide and is not checked.');
  expect(code).toBe(0);
});

test('a warning that does not exist is an error', async () => {
  const { code, err } = await check(sound, '--warnings', 'no-such');

  expect(err).toContain('There is no warning "no-such"; there are duplicate-job-refs');
  expect(code).toBe(1);
});

test('jobs in a repository are checked with the central ones', async () => {
  const files = { ...sound, '.prow.yaml': `presubmits: [{name: b, cluster: moon, spec: ${spec}}]` };
  const { code, out } = await check(files, '--prow-yaml-repo-name', 'o/r');

  expect(out).toContain('.prow.yaml: job "b": cluster: "moon" is not allowed for jobs in o/r');
  expect(code).toBe(1);
});

test('a repository without jobs of its own is told', async () => {
  const { code, err } = await check(sound, '--prow-yaml-repo-name', 'o/r');

  expect(err).toContain('neither a folder .prow nor a file .prow.yaml');
  expect(code).toBe(1);
});

test('plugins.yaml is checked, where it is named', async () => {
  const files = { ...sound, 'plugins.yaml': 'plugins: {o: {plugins: [aprove, hold]}}\nsize: {s: 5}' };
  const { code, out } = await check(files, '--plugin-config', 'plugins.yaml');
  expect(out).toContain('plugins.yaml:2:1: size: must grow');
  expect(code).toBe(1);

  const named = { ...sound, 'plugins.yaml': 'plugins: {o: {plugins: [aprove, hold, cat]}}' };
  expect((await check(named, '--plugin-config', 'plugins.yaml')).out).toBe(
    'plugins.yaml: plugins.o: names "aprove", and no plugin has that name\n',
  );
});

test('an unknown key of plugins.yaml is a warning', async () => {
  const files = { ...sound, 'plugins.yaml': 'blunderbus: {}' };

  expect((await check(files, '--plugin-config', 'plugins.yaml')).out).toContain(
    'warning (unknown-fields): plugins.yaml:1:1: blunderbus: is not a known key',
  );
});
