/** Which headers pass the proxy, in either direction. */
import type { IncomingHttpHeaders } from 'node:http';
import { accountHeader, cacheModeHeader, waitHeader } from '../proxy-headers.ts';

/** About one connection, not about what is said over it. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** Written anew, or about our own network. */
const ofRequests = [
  ...hopByHop,
  'host',
  'content-length',
  'expect',
  'accept-encoding',
  'if-none-match',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
];
/** Between the proxy and its clients. */
const isOurs = (name: string) => /^x-(prow|bowsprit)-/.test(name) || name === accountHeader;

/** What GitHub is sent of a request. */
export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const dropped = new Set([...ofRequests, ...connectionNames(headers)]);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || dropped.has(name) || isOurs(name)) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}

export type AnswerHeaders = Record<string, string | string[]>;

/** What clients are sent of an answer. */
export function returnedHeaders(headers: IncomingHttpHeaders): AnswerHeaders {
  const dropped = new Set([...hopByHop, cacheModeHeader, waitHeader, ...connectionNames(headers)]);
  const kept: AnswerHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !dropped.has(name)) kept[name] = value;
  }
  return kept;
}

/** About the answer that was given then, and not about what it holds. */
const ofOneAnswer =
  /^(content-length|date|age|set-cookie|x-ratelimit-.*|x-github-request-id|x-(accepted-)?oauth-.*|retry-after|github-authentication-.*)$/;

/** What of an answer is still true when its content is shown again. */
export function lastingHeaders(headers: AnswerHeaders): AnswerHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneAnswer.test(name)));
}

/** What an answer 304 says anew of the content that is known. */
export function refreshedHeaders(known: AnswerHeaders, unchanged: AnswerHeaders): AnswerHeaders {
  const news = Object.entries(unchanged).filter(([name]) => !name.startsWith('content-'));
  return { ...known, ...Object.fromEntries(news) };
}

/** One packed form for all who can read it, so that they share what is kept. */
export function encodingOf({ 'accept-encoding': accepted }: IncomingHttpHeaders): 'gzip' | 'identity' {
  const forms = (accepted ?? '').split(',');
  return forms.some((form) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(form)) ? 'gzip' : 'identity';
}

/** The host does not want an answer to be shown again. */
export function forbidsKeeping(headers: IncomingHttpHeaders): boolean {
  return /\bno-store\b/i.test(headers['cache-control'] ?? '') || /\*/.test(headers.vary ?? '');
}

/** GitHub compares ETags without regard to their strength. */
export function isSameTag(wanted: string | undefined, etag: string | string[] | undefined): boolean {
  if (wanted === undefined || typeof etag !== 'string') return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return wanted.trim() === '*' || wanted.split(',').some((one) => bare(one) === bare(etag));
}

function connectionNames({ connection = '' }: IncomingHttpHeaders): string[] {
  return connection.split(',').map((name) => name.trim().toLowerCase());
}
