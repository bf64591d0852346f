/**
 * One token for all processes that act as the same installation of an App. GitHub's ETags depend on the token, so only who shows
 * the same one profits from what another has read. Each still asks GitHub for one, which checks that he may have it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { textAt, type Json } from '../payload.ts';
import { accountHeader } from '../proxy-headers.ts';
import type { Credentials } from './credentials.ts';
import type { AnswerHeaders } from './headers.ts';
import { jsonOf } from './short-json.ts';

export interface TokenAnswer {
  status: number;
  headers: AnswerHeaders;
  body: Buffer;
}

export interface TokenSharing {
  /** What the client gets instead of an answer that brings a token; nothing where it gets that answer. */
  replaced(
    path: string,
    request: { method: string; headers: IncomingHttpHeaders; body?: Buffer | undefined },
    answer: TokenAnswer,
  ): Partial<TokenAnswer>;
  /** The host does not take the token of these headers any more. */
  forget(headers: IncomingHttpHeaders): void;
}

/** Milliseconds that a token must last to be given on. */
const leastLeft = 5 * 60_000;

interface Known {
  token: string;
  endsAt: number;
  rights: string;
  answer: Json;
}

export interface TokenSharingOptions {
  /** Learns which token is whose. */
  credentials: Credentials;
  now: () => number;
}

export function createTokenSharing({ credentials, now }: TokenSharingOptions): TokenSharing {
  const known = new Map<string, Known>();

  function shared(installation: string, fresh: Known): Known {
    const before = known.get(installation);
    // Rights that were given or taken since are in new tokens only.
    if (before && before.endsAt - now() >= leastLeft && before.rights === fresh.rights) return before;
    for (const [name, { endsAt }] of known) if (endsAt <= now()) known.delete(name);
    known.set(installation, fresh);
    return fresh;
  }

  function forget({ authorization = '' }: IncomingHttpHeaders): void {
    for (const [installation, { token }] of known) if (authorization.endsWith(` ${token}`)) known.delete(installation);
  }

  return {
    replaced(path, { method, headers, body }, answer) {
      const [, installation] = /^\/app\/installations\/(\d{1,20})\/access_tokens$/.exec(path) ?? [];
      if (method === 'DELETE' && path === '/installation/token') forget(headers);
      if (installation === undefined || answer.status !== 201) return {};
      const fresh = knownFrom(jsonOf(answer.headers, answer.body));
      if (!fresh) return {};
      credentials.learn(fresh.token, installation);
      // Who names his account looks at when a token ends; who asks for less than all rights gets no more than that.
      const wantsAll = /^\s*(\{\s*\})?\s*$/.test(body?.toString() ?? '');
      if (headers[accountHeader] === undefined || !wantsAll) return {};
      const given = shared(installation, fresh);
      if (given === fresh) return {};
      const { 'content-encoding': _packed, etag: _etag, ...rest } = answer.headers;
      return { headers: rest, body: Buffer.from(JSON.stringify(given.answer)) };
    },
    forget,
  };
}

function knownFrom(answer: Json | undefined): Known | undefined {
  const token = textAt(answer ?? {}, 'token');
  const endsAt = Date.parse(textAt(answer ?? {}, 'expires_at'));
  if (!answer || token === '' || Number.isNaN(endsAt)) return undefined;
  const rights = JSON.stringify([answer['permissions'], answer['repository_selection'], answer['repositories']]);
  return { token, endsAt, rights, answer };
}
