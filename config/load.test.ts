import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LoadedConfig } from '../domain/main-config.ts';
import { loadConfig, loadForRunning, type ConfigPaths } from './load.ts';
import { ConfigError, type Problem } from './problem.ts';

const spec = '{containers: [{image: i, command: [c]}]}';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'load-'));
  write({ 'config.yaml': '{}' });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function paths(more: Partial<ConfigPaths> = {}): ConfigPaths {
  return { configPath: join(folder, 'config.yaml'), jobConfigPaths: [join(folder, 'jobs')], ...more };
}

async function load(
  files: Readonly<Record<string, string | Uint8Array>>,
  more?: Partial<ConfigPaths>,
): Promise<LoadedConfig> {
  write(files);
  return await loadConfig(paths(more));
}

/** The problems of files that are rejected, with paths relative to the folder. */
async function problemsOf(files: Readonly<Record<string, string>>, more?: Partial<ConfigPaths>): Promise<Problem[]> {
  try {
    await load(files, more);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({
      ...problem,
      ...(problem.file !== undefined && { file: problem.file.replace(`${folder}/`, '') }),
    }));
  }
  throw new Error('the files were accepted');
}

function names(config: LoadedConfig): string[] {
  return config.periodics.map(({ name }) => name);
}

function periodic(name: string, more = ''): string {
  return `periodics:\n- {name: ${name}, interval: 1h, spec: ${spec}${more}}\n`;
}

function presubmit(fields: string): string {
  return `presubmits:\n  org/repo:\n  - name: j\n    spec: ${spec}\n    ${fields}\n`;
}

const decoration = `plank:
  default_decoration_config_entries:
  - config:
      utility_images: {clonerefs: c, initupload: i, entrypoint: e, sidecar: s}
      gcs_configuration: {bucket: b, path_strategy: explicit}
`;

describe('edge cases of spec 9.1', () => {
  test('[1] two job files of one base name are an error', async () => {
    const problems = await problemsOf({ 'jobs/a/x.yaml': periodic('p'), 'jobs/b/x.yaml': periodic('q') });

    expect(problems).toEqual([{ file: 'jobs/b/x.yaml', message: expect.stringContaining('has the same name as') }]);
  });

  test('[2] decorate_all_jobs works in the main file only', async () => {
    const inJobs = await load({ 'jobs/a.yaml': `decorate_all_jobs: true\n${periodic('p')}` });
    const inMain = await load({
      'config.yaml': `decorate_all_jobs: true\n${decoration}`,
      'jobs/a.yaml': periodic('p'),
    });

    expect(inJobs.periodics[0]?.decoration_config).toBeUndefined();
    expect(inMain.periodics[0]?.decoration_config?.gcs_configuration?.bucket).toBe('b');
  });

  test('[3] unknown keys load, and are told to whoever asks', async () => {
    const unknown: Problem[] = [];
    write({
      'config.yaml': 'plank:\n  allow_cancellations: false\n',
      'jobs/a.yaml': periodic('p', ', run_after_success: []'),
    });

    await loadConfig(paths(), { unknownKey: (problem) => unknown.push(problem) });

    expect(unknown).toEqual([
      expect.objectContaining({ key: 'plank.allow_cancellations', line: 2 }),
      expect.objectContaining({ key: 'periodics[0].run_after_success', job: 'p', line: 2 }),
    ]);
  });

  test('[4] a boolean label is an error on a job and text on a preset of a job file', async () => {
    const problems = await problemsOf({ 'jobs/a.yaml': periodic('p', ', labels: {preset-x: true}') });
    const config = await load({
      'jobs/a.yaml': 'presets:\n- labels: {preset-x: true}\n  env: [{name: A, value: 5}]\n',
    });

    expect(problems).toEqual([
      {
        file: 'jobs/a.yaml',
        job: 'p',
        key: 'periodics[0].labels.preset-x',
        line: 2,
        column: expect.any(Number),
        message: 'must be text, but is the boolean true: put it in quotes',
      },
    ]);
    expect(config.presets).toEqual([{ labels: { 'preset-x': 'true' }, env: [{ name: 'A', value: '5' }] }]);
  });

  test('[4] in the main file presets are not coerced', async () => {
    const problems = await problemsOf({ 'config.yaml': 'presets:\n- labels: {preset-x: true}\n', 'jobs/a.yaml': '' });

    expect(problems[0]).toMatchObject({ file: 'config.yaml', key: 'presets[0].labels.preset-x' });
  });

  test('[5] NAME is name', async () => {
    const config = await load({
      'jobs/a.yaml': `periodics:\n- name: p\n  interval: 1h\n  spec: {containers: [{image: i, env: [{NAME: FOO, value: bar}]}]}\n`,
    });

    expect(config.periodics[0]?.spec?.containers?.[0]?.env).toEqual([{ name: 'FOO', value: 'bar' }]);
  });

  test.each([
    ['7200', '7.2µs'],
    ['2h', '2h0m0s'],
    ['7200.0', '7.2µs'],
  ])('[6] decoration_config.timeout: %s is %s', async (text, timeout) => {
    const config = await load({
      'config.yaml': decoration,
      'jobs/a.yaml': periodic('p', `, decorate: true, decoration_config: {timeout: ${text}}`),
    });

    expect(config.periodics[0]?.decoration_config?.timeout).toBe(timeout);
  });

  test.each(['"7200"', '1d', '1.5', 'true', '[]'])('[6] decoration_config.timeout: %s is an error', async (text) => {
    const problems = await problemsOf({
      'config.yaml': decoration,
      'jobs/a.yaml': periodic('p', `, decoration_config: {timeout: ${text}}`),
    });

    expect(problems[0]).toMatchObject({
      job: 'p',
      key: 'periodics[0].decoration_config.timeout',
      message: expect.stringContaining('duration'),
    });
  });

  test('[7] [8] [9] entries are chosen by cluster after defaulting, and by the first extra ref of a periodic', async () => {
    const entries = `${decoration}  - {cluster: default, config: {gcs_credentials_secret: d}}
  - {cluster: c, config: {gcs_credentials_secret: ""}}
  - {repo: org, config: {skip_cloning: true}}
`;
    const config = await load({
      'config.yaml': entries,
      'jobs/a.yaml': `periodics:
- {name: plain, interval: 1h, decorate: true, spec: ${spec}}
- {name: on-c, interval: 1h, decorate: true, cluster: c, spec: ${spec}}
- {name: with-ref, interval: 1h, decorate: true, extra_refs: [{org: org, repo: r, base_ref: main}], spec: ${spec}}
`,
    });
    const [plain, onC, withRef] = config.periodics.map(({ decoration_config }) => decoration_config);

    expect(plain).toMatchObject({ gcs_credentials_secret: 'd' });
    expect(plain?.skip_cloning).toBeUndefined();
    expect(onC).toMatchObject({ gcs_credentials_secret: '' });
    expect(withRef).toMatchObject({ skip_cloning: true });
  });

  test('[10] of media types the earlier entry wins', async () => {
    const entries = `${decoration}  - {config: {gcs_configuration: {mediaTypes: {log: a}}}}\n  - {config: {gcs_configuration: {mediaTypes: {log: b}}}}\n`;

    const config = await load({ 'config.yaml': entries, 'jobs/a.yaml': periodic('p', ', decorate: true') });

    expect(config.periodics[0]?.decoration_config?.gcs_configuration?.mediaTypes).toEqual({ log: 'a' });
  });

  test('[11] decorate: false keeps its own decoration_config, which nothing is merged into', async () => {
    const problems = await problemsOf({
      'config.yaml': decoration,
      'jobs/a.yaml': periodic('p', ', decorate: false, decoration_config: {timeout: 1h}'),
    });

    expect(problems[0]).toMatchObject({ job: 'p' });
  });

  test('[12] a preset without labels collides with a variable of the job', async () => {
    const problems = await problemsOf({
      'jobs/a.yaml': `presets:\n- env: [{name: A, value: x}]\nperiodics:\n- {name: p, interval: 1h, spec: {containers: [{image: i, command: [c], env: [{name: A}]}]}}\n`,
    });

    expect(problems[0]).toMatchObject({
      file: 'jobs/a.yaml',
      job: 'p',
      key: 'spec',
      message: expect.stringContaining('variable A'),
    });
  });

  test('[13] one name with differing branches loads, with equal ones it is an error', async () => {
    const jobs = (first: string, second: string) =>
      `presubmits:\n  o/r:\n  - {name: p, branches: [${first}], spec: ${spec}}\n  - {name: p, branches: [${second}], spec: ${spec}}\n`;

    const config = await load({ 'jobs/a.yaml': jobs("'^release-.*$'", 'release-1.0') });
    const problems = await problemsOf({ 'jobs/a.yaml': jobs('release-1.0', 'release-1.0') });

    expect(config.presubmits.get('o/r')).toHaveLength(2);
    expect(problems[0]).toMatchObject({ job: 'p' });
  });

  test('[14] two jobs of one context are an error even if one does not report', async () => {
    const problems = await problemsOf({
      'jobs/a.yaml': `presubmits:\n  o/r:\n  - {name: a, context: c, skip_report: true, spec: ${spec}}\n  - {name: b, context: c, spec: ${spec}}\n`,
    });

    expect(problems[0]?.message).toContain('context');
  });

  test('[15] two periodics of one name are an error, a periodic and a presubmit are not', async () => {
    const problems = await problemsOf({ 'jobs/a.yaml': periodic('p'), 'jobs/b.yaml': periodic('p') });
    const config = await load({ 'jobs/b.yaml': `presubmits:\n  o/r:\n  - {name: p, spec: ${spec}}\n` });

    expect(problems[0]).toMatchObject({ job: 'p' });
    expect([...config.presubmits.values()].flat()).toHaveLength(1);
  });

  test.each(["trigger: '(?m)^/x$'", "{trigger: '(?m)^/x$', rerun_command: /y}", "{trigger: '(', rerun_command: /y}"])(
    '[16] %s is an error',
    async (fields) => {
      const text = fields.startsWith('{') ? fields.slice(1, -1).replace(', rerun', '\n    rerun') : fields;

      expect((await problemsOf({ 'jobs/a.yaml': presubmit(text) }))[0]).toMatchObject({ job: 'j' });
    },
  );

  test('[17] always_run: false goes with run_if_changed, true does not', async () => {
    const config = await load({ 'jobs/a.yaml': presubmit('always_run: false\n    run_if_changed: x') });
    const problems = await problemsOf({ 'jobs/a.yaml': presubmit('always_run: true\n    run_if_changed: x') });

    expect(config.presubmits.get('org/repo')?.[0]).toMatchObject({ always_run: false, run_if_changed: 'x' });
    expect(problems[0]).toMatchObject({ job: 'j' });
  });

  test('[18] PULL_BASE_REF is free for a periodic and reserved for a postsubmit', async () => {
    const withEnv = '{containers: [{image: i, command: [c], env: [{name: PULL_BASE_REF, value: x}]}]}';

    const config = await load({ 'jobs/a.yaml': `periodics:\n- {name: p, interval: 1h, spec: ${withEnv}}\n` });
    const problems = await problemsOf({ 'jobs/a.yaml': `postsubmits:\n  o/r:\n  - {name: p, spec: ${withEnv}}\n` });

    expect(names(config)).toEqual(['p']);
    expect(problems[0]?.message).toContain('PULL_BASE_REF');
  });

  test('[19] a name of 70 characters loads', async () => {
    const config = await load({ 'jobs/a.yaml': periodic('n'.repeat(70)) });

    expect(names(config)).toEqual(['n'.repeat(70)]);
  });

  test('[20] a queue without capacity is an error', async () => {
    const problems = await problemsOf({ 'jobs/a.yaml': periodic('p', ', job_queue_name: q') });

    expect(problems[0]).toMatchObject({ job: 'p', message: expect.stringContaining('q') });
  });

  test('[21] an unquoted number is no branch', async () => {
    const problems = await problemsOf({ 'jobs/a.yaml': presubmit('branches: [1.20]') });

    expect(problems).toEqual([
      expect.objectContaining({
        job: 'j',
        key: 'presubmits.org/repo[0].branches[0]',
        line: 5,
        message: expect.stringContaining('put it in quotes'),
      }),
    ]);
  });
});

describe('files (spec 1.1)', () => {
  test('several files and folders, in the order given, a gzipped one among them', async () => {
    write({ 'more/z.yaml': periodic('z'), 'single.conf': gzipSync(periodic('s')), 'jobs/a.yaml': periodic('a') });

    const config = await loadConfig(
      paths({ jobConfigPaths: [join(folder, 'single.conf'), join(folder, 'more'), join(folder, 'jobs')] }),
    );

    expect(names(config)).toEqual(['s', 'z', 'a']);
    expect(config.periodics.map((job) => config.sourceOf(job)?.replace(`${folder}/`, ''))).toEqual([
      'single.conf',
      'more/z.yaml',
      'jobs/a.yaml',
    ]);
  });

  test('a folder that is a link is read, broken links are not', async () => {
    write({ 'real/a.yaml': periodic('a') });
    symlinkSync('real', join(folder, 'jobs'));
    symlinkSync('nowhere', join(folder, 'real/broken.yaml'));

    expect(names(await loadConfig(paths()))).toEqual(['a']);
  });

  test('.prowignore leaves files out, and a nearer one decides before a farther one', async () => {
    const config = await load({
      'jobs/.prowignore': '*.yaml\n!keep.yaml\n',
      'jobs/a.yaml': periodic('a'),
      'jobs/keep.yaml': periodic('keep'),
      'jobs/sub/.prowignore': '!b.yaml\n',
      'jobs/sub/b.yaml': periodic('b'),
      'jobs/sub/B.yaml': periodic('big-b'),
    });

    expect(names(config)).toEqual(['keep', 'b']);
  });

  test('the text of VERSION comes along and is not part of the generation', async () => {
    const before = await load({ 'jobs/a.yaml': periodic('a') });
    const after = await load({ VERSION: 'v20260101-abc' });

    expect(after.versionSha).toBe('v20260101-abc');
    expect(after.generation).toBe(before.generation);
  });

  test('what is missing or a folder is named', async () => {
    const noJobs = await problemsOf({}, { jobConfigPaths: [join(folder, 'nowhere')] });
    const noMain = await problemsOf({}, { configPath: join(folder, 'missing.yaml'), jobConfigPaths: [] });
    const folderAsMain = await problemsOf({}, { configPath: folder, jobConfigPaths: [] });

    expect(noJobs).toEqual([{ file: 'nowhere', message: 'does not exist' }]);
    expect(noMain).toEqual([{ file: 'missing.yaml', message: 'does not exist' }]);
    expect(folderAsMain[0]?.message).toContain('is a folder');
  });

  test('the problems of all files are reported together', async () => {
    const problems = await problemsOf({
      'config.yaml': 'plank: {max_concurrency: x}\n',
      'jobs/a.yaml': 'periodics:\n- {name: p, decorate: "yes", tags: 5}\n',
      'jobs/b.yaml': 'periodics: {\n',
    });

    expect(problems.map(({ file, key }) => `${file} ${key}`)).toEqual([
      'config.yaml plank.max_concurrency',
      'jobs/a.yaml periodics[0].decorate',
      'jobs/a.yaml periodics[0].tags',
      'jobs/b.yaml undefined',
    ]);
  });

  test('a text that is no map is an error that names the file', async () => {
    expect(await problemsOf({ 'jobs/a.yaml': '- a\n' })).toEqual([
      { file: 'jobs/a.yaml', line: 1, message: expect.stringContaining('a list') },
    ]);
    expect(await problemsOf({ 'jobs/a.yaml': 'text\n' })).toEqual([
      { file: 'jobs/a.yaml', line: 1, message: expect.stringContaining('a single value') },
    ]);
  });

  test('the values of keys that look secret are not shown', async () => {
    const problems = await problemsOf({
      'jobs/a.yaml': periodic('p', ', decoration_config: {oauth_token_secret: {name: 12345}}'),
    });

    expect(problems[0]?.message).toBe('must be text, but is the number (not shown): put it in quotes');
  });

  test('a preset label pair that chooses two presets names both files', async () => {
    const preset = 'presets:\n- labels: {a: x}\n';

    const problems = await problemsOf({ 'config.yaml': preset, 'jobs/a.yaml': preset });

    expect(problems).toEqual([
      { file: 'jobs/a.yaml', key: 'presets', message: expect.stringContaining('config.yaml') },
    ]);
  });
});

describe('supplemental files (spec 1.1)', () => {
  const supplemental = (text: string) => ({ 'more/x_prowconfig.yaml': text });
  const more = () => ({ supplementalDirs: [join(folder, 'more')], jobConfigPaths: [] });

  test('add queries, merge methods, Slack reporters and branch protection', async () => {
    const config = await load(
      {
        'config.yaml':
          'tide: {queries: [{orgs: [a]}], merge_method: {o: {r: squash}}}\nbranch-protection: {orgs: {o: {protect: true}}}\n',
        ...supplemental(
          'tide: {queries: [{orgs: [b]}], merge_method: {o: {s: rebase}}}\nslack_reporter_configs: {o: {channel: c}}\nbranch-protection: {orgs: {o: {repos: {r: {protect: false}}}}}\n',
        ),
      },
      more(),
    );

    expect(config.main['tide']).toMatchObject({
      queries: [{ orgs: ['a'] }, { orgs: ['b'] }],
      merge_method: { o: { r: 'squash', s: 'rebase' } },
    });
    expect(config.main.slack_reporter_configs?.['o']?.channel).toBe('c');
    expect(config.main['branch-protection']).toEqual({
      orgs: { o: { protect: true, repos: { r: { protect: false } } } },
    });
  });

  test.each([
    ['anything else', '{}', 'plank: {max_concurrency: 3}', 'plank'],
    ['other keys of tide', '{}', 'tide: {sync_period: 5m}', 'tide.sync_period'],
    [
      'a Slack key twice',
      'slack_reporter_configs: {o: {channel: c}}',
      'slack_reporter_configs: {o: {channel: d}}',
      'slack_reporter_configs.o',
    ],
    [
      'a policy twice',
      'branch-protection: {protect: true}',
      'branch-protection: {protect: false}',
      'branch-protection.protect',
    ],
  ])('%s is an error', async (_name, main, text, key) => {
    const problems = await problemsOf({ 'config.yaml': main, ...supplemental(text) }, more());

    expect(problems).toEqual([expect.objectContaining({ file: 'more/x_prowconfig.yaml', key })]);
  });

  test('a field that only says its zero value is not an error', async () => {
    await expect(load(supplemental('plank: {max_concurrency: 0}\n'), more())).resolves.toBeDefined();
  });

  test('the suffix decides which files count', async () => {
    write({
      'more/a.conf': 'tide: {queries: [{orgs: [b]}]}\n',
      'more/b_prowconfig.yaml': 'plank: {max_goroutines: 1}\n',
    });

    const config = await loadConfig(paths({ ...more(), supplementalSuffix: '.conf' }));

    expect(config.main['tide']).toMatchObject({ queries: [{ orgs: ['b'] }] });
  });
});

describe('our own additions', () => {
  test.each(['Forbid', 'Allow', 'Replace'])(
    'concurrency_policy: %s is taken on periodics with interval or cron',
    async (policy) => {
      const config = await load({ 'jobs/a.yaml': periodic('p', `, concurrency_policy: ${policy}`) });

      expect(config.periodics[0]?.concurrency_policy).toBe(policy);
    },
  );

  test('other words are an error, and so is a policy on minimum_interval', async () => {
    const word = await problemsOf({ 'jobs/a.yaml': periodic('p', ', concurrency_policy: forbid') });
    const loop = await problemsOf({
      'jobs/a.yaml': `periodics:\n- {name: p, minimum_interval: 1h, concurrency_policy: Allow, spec: ${spec}}\n`,
    });

    expect(word[0]).toMatchObject({
      key: 'periodics[0].concurrency_policy',
      message: expect.stringContaining('Forbid, Allow or Replace'),
    });
    expect(loop).toEqual([
      expect.objectContaining({
        job: 'p',
        key: 'concurrency_policy',
        message: expect.stringContaining('minimum_interval'),
      }),
    ]);
  });

  test('jobs for other agents decode, but are refused by whoever runs the configuration', async () => {
    write({
      'jobs/a.yaml':
        'periodics:\n- {name: p, interval: 1h, agent: jenkins}\n- {name: q, interval: 1h, agent: jenkins}\n',
    });

    expect(names(await loadConfig(paths()))).toEqual(['p', 'q']);
    await expect(loadForRunning(paths())).rejects.toMatchObject({
      problems: [
        expect.objectContaining({ job: 'p', key: 'agent' }),
        expect.objectContaining({ job: 'q', key: 'agent' }),
      ],
    });
  });
});
