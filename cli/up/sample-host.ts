/**
 * The sample code host of the shipped example, as the other processes see it: settings that lead to it, and the secrets that they
 * share with it, made at the first start and found again later.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  sampleHostFiles,
  sampleHostName,
  sampleHostUrl,
  samplePeople,
  sampleWebhookUrl,
} from '../../config/sample-host.ts';
import { hasCodeHost, type Settings } from '../../config/settings.ts';

/** The sample is for who has nothing: no configuration of his own, and no code host. */
export function wantsSampleHost(settings: Settings, exampleDir: string): boolean {
  const { noForge, configPath, pluginConfig } = settings;
  const isExample = configPath.startsWith(exampleDir) && pluginConfig?.startsWith(exampleDir) === true;
  return isExample && !noForge && !hasCodeHost(settings) && settings.hmacSecretFile === undefined;
}

/** The first that merges without a work tree. */
const oldestGit = [2, 38] as const;

/** Whether git is new enough; says so where it is not, and the rest of the system does without. */
export function canServeSample(say: (line: string) => void): boolean {
  const version = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major > oldestGit[0] || (major === oldestGit[0] && minor >= oldestGit[1])) return true;
  say(`The sample code host is left out: it needs git ${oldestGit.join('.')}, and here is ${version}.`);
  return false;
}

/** Makes the secrets that are missing, readable by their owner alone. */
export function ensureSampleSecrets(dataDir: string): void {
  const files = sampleHostFiles(dataDir);
  ensureSecret(files.webhookSecret, '');
  for (const login of samplePeople) ensureSecret(files.token(login), 'ghp_');
}

function ensureSecret(path: string, prefix: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Whole or not at all: half a secret would be found again for ever.
  writeFileSync(`${path}.new`, `${prefix}${randomBytes(18).toString('hex')}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** What leads gateway and workers to it. */
export function sampleHostSettings(settings: Settings): Partial<Settings> {
  const { dataDir, forgePort } = settings;
  const files = sampleHostFiles(dataDir);
  const url = sampleHostUrl(forgePort);
  return {
    hostName: sampleHostName,
    githubEndpoint: `${url}/api/v3`,
    githubTokenPath: files.token('bot'),
    hmacSecretFile: files.webhookSecret,
    webhookUrl: sampleWebhookUrl(settings),
    trustPullRequestsOf: new URL(url).host,
  };
}
