import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleHostFiles, samplePeople } from '../../config/sample-host.ts';
import { resolveSettings, type GivenSettings } from '../../config/settings.ts';
import { people } from '../../forge/seed.ts';
import { ensureSampleSecrets, sampleHostSettings, wantsSampleHost } from './sample-host.ts';

const exampleDir = '/app/config/example';
const resolved = (given: GivenSettings = {}) => resolveSettings(given, { env: {}, cwd: '/here', exampleDir });

describe('who gets a sample host', () => {
  test.each<[name: string, given: GivenSettings, wanted: boolean]>([
    ['nothing is given', {}, true],
    ['only ports and folders are given', { port: 1, dataDir: '/data' }, true],
    ['the configuration is another', { configPath: 'config.yaml' }, false],
    ['the jobs alone are the example', { configPath: `${exampleDir}/config.yaml` }, false],
    ['plugins are others', { pluginConfig: 'plugins.yaml' }, false],
    ['it is not wanted', { noForge: true }, false],
    ['there is a token', { githubTokenPath: 'token' }, false],
    ['there is an App', { githubAppId: '1', githubAppPrivateKeyPath: 'key' }, false],
  ])('%s: %j gives %s', (_name, given, wanted) => {
    expect(wantsSampleHost(resolved(given), exampleDir)).toBe(wanted);
  });
});

describe('its secrets', () => {
  let dataDir: string;
  beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'sample-host-'))));
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const all = () => {
    const files = sampleHostFiles(dataDir);
    return [files.webhookSecret, ...samplePeople.map((login) => files.token(login))];
  };

  test('are different, for their owner alone, and found again', () => {
    ensureSampleSecrets(dataDir);
    const made = all().map((path) => readFileSync(path, 'utf8'));
    ensureSampleSecrets(dataDir);

    expect(new Set(made).size).toBe(samplePeople.length + 1);
    expect(made.every((text) => text.trim().length >= 32)).toBe(true);
    expect(all().map((path) => readFileSync(path, 'utf8'))).toEqual(made);
    expect(all().map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(all().map(() => '600'));
    expect(readdirSync(sampleHostFiles(dataDir).folder).toSorted()).toEqual(['tokens', 'webhook-secret']);
  });

  test('are those of the people that the sample has', () => {
    expect(samplePeople).toEqual(people);
  });
});

test('gateway and workers are led to it, and its pull requests alone are trusted', () => {
  expect(sampleHostSettings(resolved({ forgePort: 9000, dataDir: '/data' }))).toEqual({
    hostName: 'forge',
    githubEndpoint: 'http://127.0.0.1:9000/api/v3',
    githubTokenPath: '/data/forge/tokens/bot',
    hmacSecretFile: '/data/forge/webhook-secret',
    webhookUrl: 'http://127.0.0.1:8888/hook',
    trustPullRequestsOf: '127.0.0.1:9000',
  });
});
