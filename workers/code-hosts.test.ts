import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { resolveSettings, SettingsError, type GivenSettings } from '../config/settings.ts';
import { createForge } from '../forge/create-forge.ts';
import { createLogger } from '../telemetry/logger.ts';
import { eventually } from '../test/harness/eventually.ts';
import { openCodeHosts, openWebhooks } from './code-hosts.ts';

const logger = createLogger({ component: 'test', level: 'silent' });
const closers: (() => unknown)[] = [];
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'code-hosts-'))));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const settingsOf = (given: GivenSettings) =>
  resolveSettings(given, { env: {}, cwd: folder, exampleDir: '/app/config/example' });

test('without credentials there is no host', async () => {
  const hosts = await openCodeHosts(settingsOf({}), logger);

  expect(hosts.all).toEqual([]);
  expect(() => hosts.named('github')).toThrow(/No code host is named github here/);
});

test('the host has the name that it was given, and asks with the token that is in the file now', async () => {
  const forge = await createForge({ dataDir: join(folder, 'forge') });
  closers.push(() => forge.close());
  const [stranger = '', owner = ''] = ['stranger', 'owner'].map((login) => forge.admin.createUser({ login }).token);
  await forge.admin.createRepo('owner', { name: 'secret', isPrivate: true });
  await fetch(`${forge.api}/repos/owner/secret/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner}` },
    body: JSON.stringify({ title: 'For the owner' }),
  });
  const githubTokenPath = file('token', `${stranger}\n`);
  const hosts = await openCodeHosts(
    settingsOf({ hostName: 'ours', githubTokenPath, githubEndpoint: forge.api }),
    logger,
  );
  closers.push(() => hosts.close());
  const { host } = hosts.named('ours');
  const item = () => host.item({ org: 'owner', repo: 'secret', number: 1 });

  expect((await host.gitAccess({ org: 'owner', repo: 'secret' })).url).toBe(`${forge.url}/owner/secret.git`);
  expect(await item()).toBeUndefined();
  writeFileSync(githubTokenPath, `${owner}\n`);

  await eventually(async () => (await item())?.title === 'For the owner', 'the new token is used');
});

describe('what cannot be opened is said by flag and variable', () => {
  test.each<[name: string, given: GivenSettings, message: RegExp]>([
    [
      'a token that is missing',
      { githubTokenPath: 'nowhere' },
      /^--github-token-path \(BOWSPRIT_GITHUB_TOKEN_PATH\): Cannot read .*nowhere/,
    ],
    [
      'a key that is missing',
      { githubAppId: '1', githubAppPrivateKeyPath: 'nowhere' },
      /^--github-app-private-key-path \(BOWSPRIT_GITHUB_APP_PRIVATE_KEY_PATH\): Cannot read/,
    ],
  ])('%s', async (_name, given, message) => {
    const opening = openCodeHosts(settingsOf(given), logger);

    await expect(opening).rejects.toBeInstanceOf(SettingsError);
    await expect(opening).rejects.toThrow(message);
  });

  test('a token file that is empty', async () => {
    const opening = openCodeHosts(settingsOf({ githubTokenPath: file('token', '\n') }), logger);

    await expect(opening).rejects.toThrow('--github-token-path (BOWSPRIT_GITHUB_TOKEN_PATH): It is empty.');
  });
});

test('without their secret there are no webhooks', async () => {
  expect(await openWebhooks(settingsOf({}), logger)).toEqual([]);
});

test('webhooks need their secret and no other credentials', async () => {
  const hmacSecretFile = file('hmac', 'quiet\n');

  const [webhooks] = await openWebhooks(settingsOf({ hmacSecretFile, webhookPath: '/in', hostName: 'ours' }), logger);
  closers.push(() => webhooks?.close());

  expect(webhooks).toMatchObject({ name: 'ours', path: '/in' });
  expect(webhooks?.secrets()).toEqual(new Map([['*', ['quiet']]]));
});
