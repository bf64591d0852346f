import { describe, expect, test } from '@jest/globals';
import {
  deckUrlOf,
  eventsFolderOf,
  hasCodeHost,
  knownHostsOf,
  resolveSettings,
  settingDescriptions,
  settingsToEnv,
  SettingsError,
  temporalAddressOf,
  temporalUiUrlOf,
  type GivenSettings,
} from './settings.ts';

const resolved = (given: GivenSettings = {}, env: Record<string, string> = {}) =>
  resolveSettings(given, { env, cwd: '/here', exampleDir: '/app/config/example' });

describe('where settings come from', () => {
  test('with nothing given the shipped example runs', () => {
    expect(resolved()).toMatchObject({
      configPath: '/app/config/example/config.yaml',
      jobConfigPath: ['/app/config/example/jobs'],
      pluginConfig: '/app/config/example/plugins.yaml',
      dataDir: '/here/.bowsprit',
      port: 8080,
      host: '127.0.0.1',
      temporalPort: 7233,
      temporalUiPort: 8233,
      executor: 'process',
      trustPullRequests: false,
    });
  });

  test('with a configuration of its own the jobs of the example do not run', () => {
    expect(resolved({ configPath: 'config.yaml' })).toMatchObject({
      configPath: '/here/config.yaml',
      jobConfigPath: [],
    });
    expect(resolved({ configPath: 'config.yaml' })).not.toHaveProperty('pluginConfig');
  });

  test('flags win over variables, variables over defaults', () => {
    const env = { BOWSPRIT_PORT: '9000', BOWSPRIT_TEMPORAL_PORT: '7000' };

    expect(resolved({ port: '9001' }, env)).toMatchObject({ port: 9001, temporalPort: 7000, temporalUiPort: 8233 });
  });

  test('an empty variable is none', () => {
    expect(resolved({}, { BOWSPRIT_PORT: '', BOWSPRIT_CONFIG_PATH: '' })).toMatchObject({
      port: 8080,
      configPath: '/app/config/example/config.yaml',
    });
  });

  test('lists are separated by colons in variables', () => {
    expect(resolved({}, { BOWSPRIT_JOB_CONFIG_PATH: 'jobs:/more/jobs' }).jobConfigPath).toEqual([
      '/here/jobs',
      '/more/jobs',
    ]);
  });

  test.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('the switch %j is %j', (text, value) => {
    expect(resolved({}, { BOWSPRIT_TRUST_PULL_REQUESTS: text }).trustPullRequests).toBe(value);
  });
});

describe('what cannot be used is refused, by flag and variable', () => {
  test.each<[name: string, given: GivenSettings, env: Record<string, string>, message: string]>([
    ['a port that is none', { port: 'http' }, {}, '--port (BOWSPRIT_PORT)'],
    ['a port out of range', {}, { BOWSPRIT_PORT: '65536' }, '--port (BOWSPRIT_PORT)'],
    ['an unknown executor', {}, { BOWSPRIT_EXECUTOR: 'docker' }, '--executor (BOWSPRIT_EXECUTOR)'],
    ['a switch that is neither', {}, { BOWSPRIT_SHOW_HIDDEN: 'perhaps' }, '--show-hidden (BOWSPRIT_SHOW_HIDDEN)'],
    ["a host's name that would break ids", { hostName: 'git/hub' }, {}, '--host-name (BOWSPRIT_HOST_NAME)'],
    ['a path that is none', { webhookPath: 'hook' }, {}, '--webhook-path (BOWSPRIT_WEBHOOK_PATH)'],
    ['a bucket without a name', { eventStorage: 's3://' }, {}, '--event-storage (BOWSPRIT_EVENT_STORAGE)'],
    [
      'two ways to be somebody',
      { githubTokenPath: 'token', githubAppId: '1', githubAppPrivateKeyPath: 'key' },
      {},
      '--github-token-path (BOWSPRIT_GITHUB_TOKEN_PATH) and --github-app-id (BOWSPRIT_GITHUB_APP_ID): give one of them.',
    ],
    [
      'an App without a key',
      { githubAppId: '1' },
      {},
      '--github-app-id (BOWSPRIT_GITHUB_APP_ID) needs --github-app-private-key-path (BOWSPRIT_GITHUB_APP_PRIVATE_KEY_PATH).',
    ],
    [
      'a key without an App',
      {},
      { BOWSPRIT_GITHUB_APP_PRIVATE_KEY_PATH: 'key' },
      '--github-app-private-key-path (BOWSPRIT_GITHUB_APP_PRIVATE_KEY_PATH) needs --github-app-id (BOWSPRIT_GITHUB_APP_ID).',
    ],
    [
      'a log of nobody',
      { pollDeliveries: true },
      {},
      '--poll-deliveries (BOWSPRIT_POLL_DELIVERIES) needs --github-token-path (BOWSPRIT_GITHUB_TOKEN_PATH) or --github-app-id',
    ],
  ])('%s', (_name, given, env, message) => {
    expect(() => resolved(given, env)).toThrow(SettingsError);
    expect(() => resolved(given, env)).toThrow(message);
  });

  test('all of them at once', () => {
    expect(() => resolved({ port: 'x', executor: 'y' })).toThrow(/--port[^]*--executor/);
  });
});

test('settings survive the way through the environment', () => {
  const settings = resolved({
    configPath: 'c.yaml',
    jobConfigPath: ['a', 'b'],
    pluginConfig: 'plugins.yaml',
    trustPullRequests: true,
    trustPullRequestsOf: '127.0.0.1:8787',
    githubAppId: '1',
    githubAppPrivateKeyPath: 'key.pem',
    hmacSecretFile: 'hmac',
    tenantId: ['x', 'y'],
    publicUrl: 'https://prow.example.com/',
  });

  const received = resolveSettings({}, { env: settingsToEnv(settings), cwd: '/elsewhere', exampleDir: '/elsewhere' });

  expect(received).toEqual(settings);
});

test('the defaults survive the way through the environment', () => {
  const settings = resolved({ configPath: 'c.yaml' });

  const received = resolveSettings({}, { env: settingsToEnv(settings), cwd: '/elsewhere', exampleDir: '/elsewhere' });

  expect(received).toEqual(settings);
});

test.each(settingDescriptions.map((setting) => [setting.flag, setting] as const))(
  '%s is described and has a variable of the same name',
  (flag, { variable, description }) => {
    expect(description).not.toBe('');
    expect(variable).toBe(`BOWSPRIT_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`);
  },
);

test('the table knows kinds, choices and defaults', () => {
  const byFlag = Object.fromEntries(settingDescriptions.map((setting) => [setting.flag, setting]));

  expect(byFlag).toMatchObject({
    '--job-config-path': { list: true, boolean: false },
    '--supplemental-prow-config-dir': { list: true, default: [] },
    '--trust-pull-requests': { list: false, boolean: true, default: false },
    '--executor': { choices: ['process', 'kubernetes', 'none'], default: 'process' },
    '--port': { list: false, boolean: false, default: 8080 },
  });
});

test('addresses follow from ports unless they are given', () => {
  const plain = resolved({ port: 9000, temporalPort: 7000, temporalUiPort: 8000 });
  const given = resolved({
    temporalAddress: 'temporal:7233',
    publicUrl: 'https://prow.example.com//',
    temporalUiUrl: 'https://temporal.example.com/',
  });

  expect([temporalAddressOf(plain), deckUrlOf(plain), temporalUiUrlOf(plain)]).toEqual([
    '127.0.0.1:7000',
    'http://127.0.0.1:9000',
    'http://127.0.0.1:8000',
  ]);
  expect([temporalAddressOf(given), deckUrlOf(given), temporalUiUrlOf(given)]).toEqual([
    'temporal:7233',
    'https://prow.example.com',
    'https://temporal.example.com',
  ]);
});

test.each([
  [undefined, 'bowsprit-events'],
  ['', 'bowsprit-events'],
  ['gs://private/prow/', 'private/prow'],
  ['s3://private', 's3:private'],
])('with the event storage %s events lie below %s', (eventStorage, folder) => {
  expect(eventsFolderOf(resolved({ eventStorage }))).toBe(folder);
});

describe('the code host', () => {
  test.each<[name: string, given: GivenSettings, there: boolean]>([
    ['nothing', {}, false],
    ['a token', { githubTokenPath: 'token' }, true],
    ['an App', { githubAppId: '1', githubAppPrivateKeyPath: 'key' }, true],
    ['empty names, as flags of Prow have them', { githubTokenPath: '', githubAppId: '' }, false],
    ['the secret of webhooks alone, for a gateway', { hmacSecretFile: 'hmac' }, false],
  ])('%s', (_name, given, there) => {
    expect(hasCodeHost(resolved(given))).toBe(there);
  });

  test('those that others serve are known, too', () => {
    const given = { githubTokenPath: 'token', hostName: 'ours', knownHost: ['theirs', 'ours'] };

    expect(knownHostsOf(resolved(given))).toEqual(['ours', 'theirs']);
    expect(knownHostsOf(resolved({ knownHost: ['theirs'] }))).toEqual(['theirs']);
    expect(knownHostsOf(resolved())).toEqual([]);
  });

  test('files are absolute', () => {
    expect(resolved({ githubTokenPath: 'token', hmacSecretFile: '../hmac' })).toMatchObject({
      githubTokenPath: '/here/token',
      hmacSecretFile: '/hmac',
    });
  });
});
