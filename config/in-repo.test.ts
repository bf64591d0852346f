import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isInRepoEnabled, loadInRepo, readInRepoFiles, type InRepoJobs } from './in-repo.ts';
import { loadConfig } from './load.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'bowsprit-in-repo-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const spec = '{containers: [{image: i, command: [c]}]}';

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

async function load(files: Record<string, string>, central = '', repo = 'o/r'): Promise<InRepoJobs> {
  write({ 'config.yaml': central, ...files });
  const config = await loadConfig({ configPath: join(dir, 'config.yaml'), jobConfigPaths: [] });
  return loadInRepo(config, repo, readInRepoFiles(dir));
}

test('the folder .prow comes before the file .prow.yaml, whole and without what .prowignore names', async () => {
  const { files } = await load({
    '.prow.yaml': '',
    '.prow/b.yaml': '',
    '.prow/a/x.yml': '',
    '.prow/b/x.yml': '',
    '.prow/old.yaml': '',
    '.prow/readme.md': '',
    '.prow/.prowignore': 'old.yaml',
  });

  expect(files).toEqual(['.prow/a/x.yml', '.prow/b/x.yml', '.prow/b.yaml']);
});

test('a repository without either configures nothing', () => {
  expect(readInRepoFiles(dir)).toEqual(new Map());
});

test.each([
  ['nothing said', '', false],
  ['everywhere', 'in_repo_config: {enabled: {"*": true}}', true],
  ['in the organisation, whatever holds elsewhere', 'in_repo_config: {enabled: {"*": false, o: true}}', true],
  ['but not here', 'in_repo_config: {enabled: {"*": true, o: true, o/r: false}}', false],
])('enabled: %s', async (_name, central, enabled) => {
  write({ 'config.yaml': central });
  const config = await loadConfig({ configPath: join(dir, 'config.yaml'), jobConfigPaths: [] });

  expect(isInRepoEnabled(config, 'o', 'r')).toBe(enabled);
});

test('texts that come from elsewhere than a disk', async () => {
  write({ 'config.yaml': '' });
  const config = await loadConfig({ configPath: join(dir, 'config.yaml'), jobConfigPaths: [] });
  const texts = new Map([
    ['.prow/jobs.yaml', `presubmits: [{name: unit, spec: ${spec}}]`],
    ['.prow/old/jobs.yaml', 'presubmits: [{name: old}]'],
    ['.prow/old/.prowignore', '*'],
  ]);

  const { presubmits, files } = loadInRepo(config, 'o/r', texts);

  expect(presubmits).toMatchObject([{ name: 'unit', context: 'unit' }]);
  expect(files).toEqual(['.prow/jobs.yaml']);
});

test('jobs get defaults, central presets and their own', async () => {
  const { presubmits, postsubmits } = await load(
    {
      '.prow.yaml': `
presets: [{labels: {own: "yes"}, env: [{name: OWN, value: x}]}]
presubmits: [{name: unit, labels: {own: "yes", central: "yes"}, spec: ${spec}}]
postsubmits: [{name: push, spec: ${spec}}]`,
    },
    'presets: [{labels: {central: "yes"}, env: [{name: CENTRAL, value: c}]}]',
  );

  expect(presubmits[0]).toMatchObject({
    name: 'unit',
    context: 'unit',
    rerun_command: '/test unit',
    cluster: 'default',
  });
  expect(presubmits[0]?.spec?.containers?.[0]?.env?.map(({ name }) => name)).toEqual(['CENTRAL', 'OWN']);
  expect(postsubmits[0]).toMatchObject({ name: 'push', agent: 'kubernetes' });
});

test.each([['periodics have no place there', 'periodics: [{name: a}]', '', { presubmits: [], postsubmits: [] }]])(
  '%s and are ignored as unknown keys are',
  async (_name, text, central, expected) => {
    expect(await load({ '.prow.yaml': text }, central)).toMatchObject(expected);
  },
);

test.each([
  ['a name that a central job of the repository has', `presubmits: {o/r: [{name: unit, spec: ${spec}}]}`, /"unit"/],
  ['a context that one has', `presubmits: {o/r: [{name: lint, context: unit, spec: ${spec}}]}`, /context/],
])('%s is refused', async (_name, central, message) => {
  const jobs = load({ '.prow.yaml': `presubmits: [{name: unit, spec: ${spec}}]` }, central);

  await expect(jobs).rejects.toThrow(message);
});

test('the same names in another repository are fine', async () => {
  const central = `presubmits: {o/other: [{name: unit, spec: ${spec}}]}`;

  expect((await load({ '.prow.yaml': `presubmits: [{name: unit, spec: ${spec}}]` }, central)).presubmits).toHaveLength(
    1,
  );
});

test.each([
  ['default is allowed where nothing is said', '', 'default', true],
  ['others are not', '', 'build', false],
  ['the repository adds to it', 'in_repo_config: {allowed_clusters: {o/r: [build]}}', 'build', true],
  ['so does the organisation', 'in_repo_config: {allowed_clusters: {o: [build]}}', 'build', true],
  ['and default stays', 'in_repo_config: {allowed_clusters: {o: [build]}}', 'default', true],
  ['unless * is set', 'in_repo_config: {allowed_clusters: {"*": [], o: [build]}}', 'default', false],
  ['a null * counts as not set', 'in_repo_config: {allowed_clusters: {"*": null}}', 'default', true],
])('clusters: %s', async (_name, central, cluster, allowed) => {
  const jobs = load({ '.prow.yaml': `presubmits: [{name: unit, cluster: ${cluster}, spec: ${spec}}]` }, central);

  if (allowed) expect((await jobs).presubmits).toHaveLength(1);
  else await expect(jobs).rejects.toThrow(`"${cluster}" is not allowed for jobs in o/r`);
});

test('errors name file, line and job', async () => {
  const jobs = load({ '.prow/jobs.yaml': `presubmits:\n- name: unit\n  always_run: "true"\n  spec: ${spec}` });

  await expect(jobs).rejects.toThrow(/\.prow\/jobs\.yaml:3.*job "unit".*always_run/);
});
