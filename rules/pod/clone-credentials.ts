/**
 * The secrets that cloning needs: how each becomes a volume, a mount in the clonerefs container, and options of clonerefs
 * (spec jobs.md 5.9, 5.11).
 */
import { joinPath } from '../../domain/path-join.ts';
import type { DecorationConfig, Volume, VolumeMount } from '../../domain/job-config.ts';
import { ownerReadOnly } from './mounts.ts';

export interface Credential {
  volume: Volume;
  mount: VolumeMount;
  /** Where clonerefs finds it. */
  path: string;
}

/** One per secret with SSH keys; the path is a folder. */
export function sshKeys({ ssh_key_secrets: secrets = [] }: DecorationConfig): Credential[] {
  return secrets.map((secret) => {
    const name = `ssh-keys-${secret}`;
    const path = joinPath('/secrets/ssh', secret);
    return {
      volume: { name, secret: { secretName: secret, defaultMode: ownerReadOnly } },
      mount: { name, mountPath: path, readOnly: true },
      path,
    };
  });
}

export function oauthToken({ oauth_token_secret: secret }: DecorationConfig): Credential | undefined {
  return secret && oneKey(secret, '/secrets/oauth');
}

export function githubAppKey({ github_app_private_key_secret: secret }: DecorationConfig): Credential | undefined {
  return secret && oneKey(secret, '/secrets/github-app');
}

/** `secret` or `secret/key`; the key is named like the secret by default. */
export function cookieFile({ cookiefile_secret: reference }: DecorationConfig): Credential | undefined {
  if (!reference) return undefined;
  const slash = reference.indexOf('/');
  const secretName = slash < 0 ? reference : reference.slice(0, slash);
  const key = slash < 0 ? reference : reference.slice(slash + 1);
  const mountPath = '/secrets/cookiefile';
  return {
    volume: { name: 'cookiefile', secret: { secretName, defaultMode: ownerReadOnly } },
    mount: { name: 'cookiefile', mountPath, readOnly: true },
    path: joinPath(mountPath, key),
  };
}

/** A single key of a secret; the volume is named like the secret. */
function oneKey({ name = '', key = '' }: { name?: string; key?: string }, mountPath: string): Credential {
  return {
    volume: { name, secret: { secretName: name, items: [{ key, path: `./${key}` }] } },
    mount: { name, mountPath, readOnly: true },
    path: joinPath(mountPath, key),
  };
}
