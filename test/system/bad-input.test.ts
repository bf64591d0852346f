/**
 * What users get wrong, and what jobs do that nobody expects, as far as it shows only in the whole system: refused starts and
 * reloads, ports and folders in use, wild output. Each is named, and nothing that is recorded is lost.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../harness/eventually.ts';
import { createSystem, ended, periodics, projectRoot, shellJob, type RunningSystem } from '../harness/system.ts';

const patience = { timeoutMs: 60_000, intervalMs: 50 };

describe('a first start is refused, and nothing goes on running', () => {
  test.each<[name: string, jobs: string, said: RegExp]>([
    ['malformed YAML', 'periodics:\n  - name: a\n   interval: 1h\n', /jobs\.yaml:3:\d+: .+/],
    [
      'jobs that make no sense, all named in one go',
      periodics(
        shellJob('twice', 'true'),
        shellJob('twice', 'true'),
        shellJob('never', 'true').replace('interval: 24h', "cron: '0 25 * * *'"),
      ),
      /jobs\.yaml: job "never": cron: .*25.*\n.*jobs\.yaml: job "twice": name: /,
    ],
    [
      'a secret of the wrong type, which is not shown',
      periodics(shellJob('leaky', 'true')) +
        '          env:\n            - name: API_TOKEN\n              value: [hunter2]\n',
      /jobs\.yaml.*value.*(text|string)/,
    ],
  ])(
    '%s',
    async (_name, jobs, said) => {
      const system = await createSystem({ jobs });
      try {
        const child = system.launch();
        await eventually(() => child.exitCode !== null, 'it has ended', patience);

        expect(child.exitCode).toBe(1);
        expect(system.output()).toMatch(/^The configuration is refused:\n/);
        expect(system.output()).toMatch(said);
        expect(system.output()).not.toContain('hunter2');
        expect(system.output()).not.toMatch(/^\s+at /m);
        expect(system.processes()).toEqual([]);
      } finally {
        await system.dispose();
      }
    },
    120_000,
  );
});

describe('a code host that cannot be used is named by its flag, and nothing goes on running', () => {
  test.each<[name: string, args: string[], said: RegExp]>([
    [
      'webhooks that nobody could handle',
      ['--hmac-secret-file', 'nowhere'],
      /^--hmac-secret-file is for webhooks: give --github-token-path or --github-app-id to handle them\.\n$/,
    ],
    [
      'a token that is missing',
      ['--github-token-path', '/nowhere/token'],
      /^--github-token-path \(BOWSPRIT_GITHUB_TOKEN_PATH\): Cannot read \/nowhere\/token: ENOENT/m,
    ],
    [
      'a token that is empty',
      ['--github-token-path', '/dev/null'],
      /^--github-token-path \(BOWSPRIT_GITHUB_TOKEN_PATH\): It is empty\./m,
    ],
  ])(
    '%s',
    async (_name, args, said) => {
      const system = await createSystem({ args: ['--github-endpoint', 'http://127.0.0.1:1/api/v3', ...args] });
      try {
        const child = system.launch();
        await eventually(() => child.exitCode !== null, 'it has ended', patience);

        expect(child.exitCode).toBe(1);
        expect(system.output()).toMatch(said);
        expect(system.output()).not.toMatch(/^\s+at /m);
        expect(system.processes()).toEqual([]);
      } finally {
        await system.dispose();
      }
    },
    120_000,
  );
});

describe('a running system', () => {
  let system: RunningSystem;
  const megabytes = 100;
  const longLine = `head -c ${megabytes * 1_000_000} /dev/zero | tr '\\000' x`;
  const good = periodics(
    shellJob('one-long-line', longLine),
    shellJob('binary', "printf '\\000\\377\\376<script>\\033[31mred\\n'"),
    shellJob('no-such-command', '').replace(/command: .*/, "command: ['/no/such/program', 'x']"),
  );

  beforeAll(async () => {
    system = await createSystem({ jobs: good });
    await system.start();
  }, 120_000);
  afterAll(async () => {
    await system?.dispose();
  }, 30_000);

  test('refuses a second one on its data directory, and goes on', async () => {
    const second = await createSystem({ jobs: good, dataDir: system.dataDir });
    // Not disposed of: that would end all processes of the data directory, which are those of the running one.
    const child = second.launch();
    await eventually(() => child.exitCode !== null, 'it has ended', patience);

    expect(child.exitCode).toBe(1);
    expect(second.output()).toMatch(
      /^The data directory \S+ is in use by process \d+\. Stop that one first, or choose another with --data-dir\.\n$/,
    );
    expect((await system.get('/healthz')).statusCode).toBe(200);
    rmSync(second.folder, { recursive: true });
  }, 120_000);

  test.each([
    ['Deck', '--port', () => system.port],
    ['Temporal', '--temporal-port', () => system.temporalPort],
  ])(
    'refuses to share the port of %s',
    async (what, flag, port) => {
      const second = await createSystem({ jobs: good, args: [flag, String(port())] });
      try {
        const child = second.launch();
        await eventually(() => child.exitCode !== null, 'it has ended', patience);

        expect(child.exitCode).toBe(1);
        expect(second.output()).toBe(`Port ${port()} for ${what} is already in use. Choose another with ${flag}.\n`);
      } finally {
        await second.dispose();
      }
    },
    120_000,
  );

  test(`shows the end of a line of ${megabytes} MB and streams all of it`, async () => {
    const { status } = await system.whenInState('one-long-line', 'success');

    const all = await ended(
      '/bin/sh',
      ['-c', `${process.execPath} dist/cli/main.js job logs one-long-line | wc -c`],
      system.environment,
    );
    const page = await system.get(`/view/prowjob/one-long-line/${status.build_id}`);

    expect(all.stderr).toBe('');
    expect(Number(all.stdout)).toBe(megabytes * 1_000_000);
    expect(page.statusCode).toBe(200);
    expect(system.output()).not.toContain('starting it again');
  }, 120_000);

  test('passes binary output on as it is, as text that no browser runs', async () => {
    const { status } = await system.whenInState('binary', 'success');

    const { stdout } = await ended(
      '/bin/sh',
      ['-c', `${process.execPath} dist/cli/main.js job logs binary | od -An -tx1`],
      system.environment,
    );
    const log = await system.get(`/log?job=binary&id=${status.build_id}`);

    const sent = '\0\xff\xfe<script>\x1b[31mred\n';
    expect(stdout.replaceAll(/\s/g, '')).toBe(Buffer.from(sent, 'latin1').toString('hex'));
    expect(log.headers['content-type']).toMatch(/^text\/plain/);
    expect(log.headers['x-content-type-options']).toBe('nosniff');
  });

  test('says which command does not exist', async () => {
    const { status } = await system.whenInState('no-such-command', 'failure', 'error');

    const log = await system.get(`/log?job=no-such-command&id=${status.build_id}`);

    expect(log.body).toContain('Cannot start the command "/no/such/program": there is no such program in PATH');
  });

  test('refuses a broken reload, says so in log and Deck, keeps its schedules, and takes the repaired one', async () => {
    const refusal = async () =>
      (await system.get('/api/jobs')).json<{ status: { configRefused?: { reason: string } } }>().status.configRefused;
    const scheduled = async () => (await system.bowsprit('periodic', 'list')).stdout;

    writeFileSync(system.jobsFile, `${good}\n  - name: broken\n   interval: 1h\n`);
    await eventually(async () => (await refusal()) !== undefined, 'Deck shows the refusal', patience);
    const isLogged = () => system.logFile('worker').includes('Configuration refused; the previous one stays in force');
    await eventually(isLogged, 'the log has the refusal', patience);

    expect((await refusal())?.reason).toMatch(/jobs\.yaml:\d+/);
    expect(await scheduled()).toMatch(/^binary .*active/m);

    writeFileSync(system.jobsFile, `${good}${shellJob('added', 'true')}`);
    await system.whenInState('added', 'success');

    expect(await refusal()).toBeUndefined();
    expect(await scheduled()).toMatch(/^added .*active/m);
    expect(await scheduled()).toMatch(/^binary .*active/m);
    expect(await system.prowJobs('binary')).toHaveLength(1);
  }, 120_000);

  test('check names unknown keys on demand, which load', async () => {
    const file = join(system.folder, 'unknown.yaml');
    writeFileSync(file, `${periodics(shellJob('a', 'true'))}    intervall: 2h\n`);
    const config = join(projectRoot, 'config/example/config.yaml');

    const paths = ['--config-path', config, '--job-config-path', file];
    const checked = await system.bowsprit('check', '--warnings', 'unknown-fields-all', ...paths);

    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/warning.*unknown\.yaml.*intervall/);
    expect(checked.stdout).toContain('1 periodics');
  });
});
