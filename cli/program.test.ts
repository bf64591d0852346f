import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CommanderError, type Command } from 'commander';
import { settingDescriptions } from '../config/settings.ts';
import { roleNames } from '../workers/roles.ts';
import { workerRoles } from './commands/roles.ts';
import { createProgram } from './program.ts';
import { settingsOf, temporalSettings } from './setting-options.ts';

/** All commands by what is typed: `periodic pause`. */
function leaves(command: Command, path: readonly string[] = []): Map<string, Command> {
  const found = command.commands.flatMap((each) => [...leaves(each, [...path, each.name()])]);
  return new Map(found.length > 0 ? found : [[path.join(' '), command]]);
}
const commands = leaves(createProgram());
const commandNames = [...commands.keys()];
const flagsOf = (name: string) => commands.get(name)?.options.map(({ long }) => long) ?? [];

/** Parses without running what the command does. */
function parse(...args: string[]): { name: string; options: Record<string, unknown>; operands: string[] } {
  const program = createProgram();
  let parsed: ReturnType<typeof parse> | undefined;
  for (const [name, command] of leaves(program)) {
    command.action(() => {
      parsed = { name, options: command.opts(), operands: command.args };
    });
  }
  program.parse(args, { from: 'user' });
  if (!parsed) throw new Error('No command was run.');
  return parsed;
}

let shown = '';
beforeEach(() => {
  shown = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      shown += String(chunk);
      return true;
    });
  }
});
afterEach(() => void jest.restoreAllMocks());

test('these commands exist', () => {
  expect(commandNames).toEqual([
    'up',
    'check',
    'mkpj',
    'mkpod',
    'jobs list',
    'job start',
    'job abort',
    'job logs',
    'explain',
    'periodic list',
    'periodic pause',
    'periodic resume',
    'periodic trigger',
    'sinker run',
    'worker',
    'deck',
    'gateway',
    'github-proxy',
    'prowjob-objects',
  ]);
});

test('the help of worker names all roles', () => {
  expect(workerRoles).toEqual(roleNames);
});

test.each(commandNames)('every option of %s says what it does', (name) => {
  const command = commands.get(name);

  expect(command?.description()).not.toBe('');
  expect(command?.options.filter(({ description }) => !description)).toEqual([]);
});

test.each(['up', 'worker', 'deck', 'gateway', 'github-proxy'])('%s takes every setting', (name) => {
  expect(flagsOf(name)).toEqual(expect.arrayContaining(settingDescriptions.map(({ flag }) => flag)));
});

test.each([...commandNames.filter((name) => name.includes(' ')), 'explain'])(
  '%s can be told which server to use',
  (name) => {
    const flags = settingDescriptions.flatMap((setting) =>
      temporalSettings.includes(setting.name) ? [setting.flag] : [],
    );

    expect(flagsOf(name)).toEqual(expect.arrayContaining(flags));
  },
);

test.each(['jobs list', 'job start', 'explain', 'periodic list', 'check', 'mkpod'])(
  '%s prints JSON on demand',
  (name) => {
    expect(flagsOf(name)).toContain('--output');
  },
);

describe('parsing', () => {
  test('options that may be repeated leave the arguments alone', () => {
    const { options, operands } = parse('job', 'start', '--env', 'A=1', '--env', 'B=2', 'echo-test');

    expect(options['env']).toEqual(['A=1', 'B=2']);
    expect(operands).toEqual(['echo-test']);
  });

  test('settings of up', () => {
    const line =
      'up --config-path c.yaml --job-config-path a --job-config-path b --port 9000 --data-dir d --executor none';
    const { options } = parse(...line.split(' '), '--trust-pull-requests');

    expect(settingsOf(options)).toMatchObject({
      configPath: `${process.cwd()}/c.yaml`,
      jobConfigPath: [`${process.cwd()}/a`, `${process.cwd()}/b`],
      port: 9000,
      dataDir: `${process.cwd()}/d`,
      executor: 'none',
      trustPullRequests: true,
    });
  });

  test('switches whose names begin with no', () => {
    expect(settingsOf(parse('up', '--no-in-cluster-config').options)).toMatchObject({
      noInClusterConfig: true,
      noForge: false,
    });
    expect(settingsOf(parse('up', '--no-forge').options)).toMatchObject({ noInClusterConfig: false, noForge: true });
  });

  test('a worker with several roles', () => {
    expect(parse('worker', '--role', 'admin', '--role', 'reports').options['role']).toEqual(['admin', 'reports']);
  });

  test('job logs -f', () => {
    expect(parse('job', 'logs', '-f', 'echo-test')).toMatchObject({
      options: { follow: true },
      operands: ['echo-test'],
    });
  });
});

test.each<[call: string, message: string]>([
  ['frobnicate', "unknown command 'frobnicate'"],
  ['up --frobnicate', "unknown option '--frobnicate'"],
  ['up --executor docker', 'Allowed choices are process, kubernetes, none'],
  ['jobs list --limit many', 'a whole number is expected'],
  ['jobs list --state done', 'Allowed choices are scheduling'],
  ['job start', "missing required argument 'job'"],
  ['job abort', "missing required argument 'prowjob'"],
  ['explain', "missing required argument 'change'"],
  ['mkpj --job a --pull-number x', 'the number of a pull request is expected'],
  ['mkpod --prow-job a --job b', "option '--prow-job <file>' cannot be used with option '--job <name>'"],
  ['mkpod --prow-job a --build-id latest', 'up to 20 digits or the word snowflake are expected'],
  ['mkpod --prow-job a --output table', 'Allowed choices are yaml, json'],
  ['mkpj', "required option '--job <name>' not specified"],
  ['periodic pause', "missing required argument 'job'"],
])('the wrong call "%s" throws instead of ending the process, and says what is wrong', (call, message) => {
  expect(() => createProgram().parse(call.split(' '), { from: 'user' })).toThrow(CommanderError);
  expect(shown).toContain(message);
  expect(shown).toContain('--help');
});
