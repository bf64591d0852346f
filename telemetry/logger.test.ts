import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { createLogger, type LoggerOptions } from './logger.ts';
import { temporalLogger } from './temporal-logger.ts';

function memory(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    component: 'worker',
    ...options,
    destination: { write: (line) => void lines.push(line) },
  });
  const entries = () => lines.map((line): unknown => JSON.parse(line));
  return { logger, lines, entries };
}

describe('createLogger', () => {
  test('writes one JSON object per line with level, component, time and fields', () => {
    const { logger, entries } = memory();

    logger.info({ job: 'echo-test', buildId: '17' }, 'Job started');

    expect(entries()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        component: 'worker',
        job: 'echo-test',
        buildId: '17',
        msg: 'Job started',
      },
    ]);
  });

  test('leaves out what is below its level', () => {
    const { logger, lines } = memory({ level: 'warn' });

    logger.info('not this');
    logger.warn('this');

    expect(lines).toHaveLength(1);
  });

  test.each([
    ['a field', { token: 'hunter2hunter2' }],
    ['a nested field', { request: { headers: { Authorization: 'hunter2hunter2' } } }],
    ['a field in a list', { env: [{ api_key: 'hunter2hunter2' }] }],
    ['credentials in a URL', { remote: 'https://bot:hunter2hunter2@git.example/a.git' }],
    ['a bearer header in a text', { note: 'sent Bearer hunter2hunter2' }],
    ['an error with a request on it', { err: Object.assign(new Error('401'), { config: { auth: 'hunter2hunter2' } }) }],
  ])('masks a secret in %s', (_name, fields) => {
    const { logger, lines } = memory();

    logger.info(fields, 'Call');
    logger.child(fields).info('Call');

    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('masks a known kind of token in an error message', () => {
    const { logger, lines } = memory();

    logger.error({ err: new Error(`refused ghp_${'a'.repeat(36)}`) }, 'Call failed');

    expect(lines[0]).toContain('[redacted]');
    expect(lines[0]).not.toContain('aaaa');
  });

  test('leaves names and paths of secrets and numbers readable', () => {
    const { logger, entries } = memory();

    logger.info({ secretName: 'ssh', tokenPath: '/etc/t', tokens: 3 }, 'Loaded');

    expect(entries()[0]).toMatchObject({ secretName: 'ssh', tokenPath: '/etc/t', tokens: 3 });
  });

  test('logs an error with its type, code and causes', () => {
    const { logger, entries } = memory();

    logger.warn(
      { err: new Error('outer', { cause: Object.assign(new Error('inner'), { code: 'ENOSPC' }) }) },
      'Retrying',
    );

    expect(entries()[0]).toMatchObject({ err: { message: 'outer', cause: { message: 'inner', code: 'ENOSPC' } } });
  });

  test('prints lines for people on request', () => {
    const { logger, lines } = memory({ format: 'human' });

    logger.info({ job: 'echo-test', note: 'two words' }, 'Job started');

    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}worker {2}Job started job=echo-test note="two words"\n$/);
  });

  test('prints stack and cause of an error for people', () => {
    const { logger, lines } = memory({ format: 'human' });

    logger.error({ err: new TypeError('outer', { cause: new Error('inner') }) }, 'Broken');

    expect(lines[0]).toMatch(/Broken\n {4}TypeError: outer\n {4} {4}at .*\n {4}Caused by: Error: inner\n/s);
  });

  test('appends to a file in a folder that it makes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logger-'));
    const file = join(folder, 'logs', 'worker.log');

    createLogger({ component: 'worker', file }).info('first');
    createLogger({ component: 'worker', file }).info('second');

    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
    await rm(folder, { recursive: true });
  });

  test('names the file that it cannot open', () => {
    expect(() => createLogger({ component: 'worker', file: '/dev/null/x.log' })).toThrow(
      /Cannot open log file \/dev\/null\/x\.log/,
    );
  });
});

describe('temporalLogger', () => {
  test('gives SDK lines the format of the others', () => {
    const { logger, entries } = memory();

    temporalLogger(logger).log('WARN', 'Activity failed', {
      [Symbol.for('log_timestamp')]: 12n,
      sdkComponent: 'activity',
      namespace: 'default',
      workflowId: 'job:1',
      attempt: 3,
      error: new Error('boom'),
    });

    const text = entries()[0];
    expect(text).toMatchObject({
      level: 'warn',
      component: 'worker',
      sdk: 'activity',
      workflowId: 'job:1',
      attempt: 3,
      error: { message: 'boom' },
      msg: 'Activity failed',
    });
    expect(text).not.toHaveProperty('namespace');
  });

  test('names no field twice, which readers of JSON take in different ways', () => {
    const { logger, lines } = memory();

    temporalLogger(logger).info('Worker state changed', { sdkComponent: 'worker' });

    expect(lines[0]?.match(/"component":/g)).toHaveLength(1);
  });

  test('what is meant to be is no warning', () => {
    const { logger, lines } = memory();

    temporalLogger(logger).warn('No activities registered, not polling for activity tasks');

    expect(lines).toEqual([]);
  });

  test('has a method for each level', () => {
    const { logger, entries } = memory({ level: 'trace' });
    const sdk = temporalLogger(logger);

    sdk.trace('a');
    sdk.debug('b');
    sdk.info('c');
    sdk.warn('d');
    sdk.error('e');

    expect(entries()).toMatchObject(['trace', 'debug', 'info', 'warn', 'error'].map((level) => ({ level })));
  });
});
