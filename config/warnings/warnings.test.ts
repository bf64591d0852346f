import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../load.ts';
import type { Problem } from '../problem.ts';
import { chosenWarnings, findWarnings, warnings, type WarningChoice } from './index.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'bowsprit-warnings-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const spec = '{containers: [{image: i, command: [c]}]}';

/** Findings of one warning in a main file and a job file. */
async function findings(
  name: string,
  files: { main?: string; jobs?: string },
  extra: { requiredAnnotations?: string[]; clusters?: Set<string> } = {},
): Promise<Problem[]> {
  const configPath = join(dir, 'config.yaml');
  const jobs = join(dir, 'jobs.yaml');
  writeFileSync(configPath, files.main ?? '');
  writeFileSync(jobs, files.jobs ?? '');
  const unknownKeys: Problem[] = [];
  const config = await loadConfig(
    { configPath, jobConfigPaths: [jobs] },
    { unknownKey: (problem) => unknownKeys.push(problem) },
  );
  const chosen = warnings.filter((warning) => warning.name === name);
  return findWarnings(chosen, {
    config,
    unknownKeys,
    isMainFile: (file) => file === configPath,
    requiredAnnotations: [],
    ...extra,
  });
}

describe('what is found', () => {
  test.each([
    ['long-job-names', `periodics: [{name: ${'a'.repeat(64)}, interval: 1h, spec: ${spec}}]`],
    ['non-decorated-jobs', `periodics: [{name: a, interval: 1h, spec: ${spec}}]`],
    [
      'duplicate-job-refs',
      `presubmits: {o/r: [{name: a, spec: ${spec}, extra_refs: [{org: o, repo: r, base_ref: m}]}]}`,
    ],
    ['periodic-default-clone-config', `periodics: [{name: a, interval: 1h, path_alias: x, spec: ${spec}}]`],
    ['required-job-annotations', `postsubmits: {o/r: [{name: a, annotations: {other: x}, spec: ${spec}}]}`],
    ['unknown-fields-all', `periodics: [{name: a, interval: 1h, intervall: 2h, spec: ${spec}}]`],
    ['validate-cluster-field', `periodics: [{name: a, interval: 1h, cluster: moon, spec: ${spec}}]`],
  ])('%s names file and job', async (name, jobs) => {
    const found = await findings(
      name,
      { jobs },
      { requiredAnnotations: ['needed'], clusters: new Set(['default', 'earth']) },
    );

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file: join(dir, 'jobs.yaml'), warning: name });
    expect(found[0]?.job).toMatch(/^a+$/);
  });

  test('an unknown key of the main file is found by default, one of a job file is not', async () => {
    const files = { main: 'plank: {allow_cancellations: false}', jobs: 'presubmit: {}' };

    expect(await findings('unknown-fields', files)).toMatchObject([{ key: 'plank.allow_cancellations', line: 1 }]);
    expect((await findings('unknown-fields-all', files)).map(({ key }) => key)).toEqual([
      'plank.allow_cancellations',
      'presubmit',
    ]);
  });

  test('a status_error_link that is no address', async () => {
    const found = await findings('validate-urls', { main: 'status_error_link: "http://[x"' });

    expect(found).toMatchObject([{ key: 'status_error_link' }]);
  });
});

describe('what is not found', () => {
  test.each([
    ['long-job-names', `periodics: [{name: ${'a'.repeat(63)}, interval: 1h, spec: ${spec}}]`],
    [
      'duplicate-job-refs',
      `postsubmits: {o/r: [{name: a, spec: ${spec}, extra_refs: [{org: o, repo: r, base_ref: m}]}]}`,
    ],
    ['periodic-default-clone-config', `presubmits: {o/r: [{name: a, path_alias: x, spec: ${spec}}]}`],
    ['required-job-annotations', `periodics: [{name: a, interval: 1h, annotations: {needed: ""}, spec: ${spec}}]`],
    ['validate-cluster-field', `periodics: [{name: a, interval: 1h, cluster: earth, spec: ${spec}}]`],
    ['unknown-fields-all', `prow_ignored: {whatever: 1}`],
  ])('%s: %s', async (name, jobs) => {
    const extra = { requiredAnnotations: ['needed'], clusters: new Set(['default', 'earth']) };

    expect(await findings(name, { jobs }, extra)).toEqual([]);
  });

  test('clusters are not checked where none are known', async () => {
    const jobs = `periodics: [{name: a, interval: 1h, cluster: moon, spec: ${spec}}]`;

    expect(await findings('validate-cluster-field', { jobs })).toEqual([]);
  });
});

describe('which are looked for', () => {
  const choose = (choice: Partial<WarningChoice>) =>
    chosenWarnings({ named: [], excluded: [], includeDefaults: false, ...choice });
  const names = (choice: Partial<WarningChoice>) => choose(choice).chosen.map(({ name }) => name);

  test('the default ones when none is named', () => {
    expect(names({})).toContain('long-job-names');
    expect(names({})).not.toContain('unknown-fields-all');
  });

  test('only those named, less those excluded', () => {
    expect(names({ named: ['long-job-names', 'unknown-fields'], excluded: ['unknown-fields'] })).toEqual([
      'long-job-names',
    ]);
  });

  test('named and default ones together', () => {
    const both = names({ named: ['unknown-fields-all'], includeDefaults: true });

    expect(both).toContain('unknown-fields-all');
    expect(both).toContain('long-job-names');
  });

  test('a name of Prow that is about something else is taken and told', () => {
    expect(choose({ named: ['mismatched-tide'] })).toEqual({ chosen: [], notChecked: ['mismatched-tide'] });
  });

  test('any other name is refused with those that there are', () => {
    expect(() => choose({ named: ['long-names'] })).toThrow(/no warning "long-names".*long-job-names/);
  });
});
