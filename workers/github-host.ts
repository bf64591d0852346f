/** GitHub, or an Enterprise Server of it, or what speaks like it, as the settings describe it. */
import { hasCodeHost, type Settings } from '../config/settings.ts';
import type { GitHubAuth } from '../providers/github/connection.ts';
import { parseWebhookSecrets } from '../rules/webhook-secrets.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { CodeHostProvider } from './code-hosts.ts';
import { githubLimitsOf } from './github-limits.ts';
import { notEmpty, openSettingFile } from './setting-file.ts';

export const github: CodeHostProvider = {
  async openHost(settings, logger) {
    if (!hasCodeHost(settings)) return undefined;
    const { auth, close } = await openAuth(settings, logger);
    // Loaded where it is needed: a system without a code host does without 20 MB.
    const { createGitHubHost } = await import('../providers/github/create-github-host.ts');
    const host = createGitHubHost({
      name: settings.hostName,
      auth,
      baseUrl: settings.githubEndpoint,
      ...(settings.githubUrl !== undefined && { gitUrl: settings.githubUrl }),
      limits: githubLimitsOf(settings),
    });
    return { host, close };
  },

  async openWebhooks({ hostName, webhookPath, hmacSecretFile }, logger) {
    if (hmacSecretFile === undefined) return undefined;
    const secrets = await openSettingFile(
      { setting: 'hmacSecretFile', path: hmacSecretFile, parse: parseWebhookSecrets },
      logger,
    );
    return { name: hostName, path: webhookPath, secrets: () => secrets.current(), close: () => secrets.close() };
  },
};

async function openAuth(
  { githubTokenPath, githubAppId, githubAppPrivateKeyPath }: Settings,
  logger: Logger,
): Promise<{ auth: GitHubAuth; close: () => void }> {
  if (githubAppId !== undefined) {
    const path = githubAppPrivateKeyPath ?? '';
    const key = await openSettingFile({ setting: 'githubAppPrivateKeyPath', path, parse: notEmpty }, logger);
    return { auth: { appId: githubAppId, privateKey: () => key.current() }, close: () => key.close() };
  }
  const path = githubTokenPath ?? '';
  const token = await openSettingFile({ setting: 'githubTokenPath', path, parse: notEmpty }, logger);
  return { auth: { token: () => token.current() }, close: () => token.close() };
}
