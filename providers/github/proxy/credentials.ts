/**
 * Whose requests are whose. An account has one budget and one part of the cache, whatever tokens it shows: those of an App's
 * installation are known from the answers that brought them. No credential is kept, only hashes.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createLru } from '../lru.ts';
import { accountHeader } from '../proxy-headers.ts';

export interface Caller {
  /** Stays the same when the token changes; fit for logs and metrics. */
  account: string;
  /** Of this very credential: only who shows the same one shares answers without the host being asked. */
  credential: string;
}

export interface Credentials {
  of(headers: IncomingHttpHeaders): Caller;
  /** A token that the host has just given for an installation. */
  learn(token: string, installation: string): void;
}

/** Tokens that are remembered; each is of no use after an hour. */
const knownTokens = 10_000;

export function createCredentials(): Credentials {
  const installations = createLru<string>(knownTokens * 4);

  return {
    of(headers) {
      const [scheme, secret] = splitOnce(headers.authorization ?? '');
      if (secret === '') return { account: 'anonymous', credential: '' };
      const credential = hashOf(`${/^(token|bearer)$/i.test(scheme) ? '' : scheme} ${secret}`);
      const app = appOf(secret);
      const named = headers[accountHeader];
      const account =
        (app && `app ${app}`) ??
        installations.get(credential) ??
        (typeof named === 'string' && isName(named) ? named : `token ${credential.slice(0, 16)}`);
      return { account, credential };
    },
    learn: (token, installation) => installations.set(hashOf(` ${token}`), `installation ${installation}`, 4),
  };
}

/** What may be in logs and metrics as it is. */
const isName = (text: string) => /^[A-Za-z0-9][A-Za-z0-9 ._[\]-]{0,99}$/.test(text);

function splitOnce(authorization: string): [string, string] {
  const [, scheme = '', secret = ''] = /^\s*(\S+)\s+(.+)$/.exec(authorization) ?? [];
  return [scheme, secret.trim()];
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** An App signs itself anew for every request, and says in it who it is. The host checks that; we need a name only. */
function appOf(secret: string): string | undefined {
  const [, claims = ''] = /^eyJ[\w-]*\.([\w-]{1,2000})\.[\w-]+$/.exec(secret) ?? [];
  if (claims === '') return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: unknown };
    const name = typeof iss === 'number' ? String(iss) : iss;
    return typeof name === 'string' && isName(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
