import { expect, test } from '@jest/globals';
import {
  encodingOf,
  forbidsKeeping,
  forwardedHeaders,
  isSameTag,
  lastingHeaders,
  refreshedHeaders,
  returnedHeaders,
} from './headers.ts';

test('GitHub is sent what the client says, and nothing of how it is said', () => {
  expect(
    forwardedHeaders({
      authorization: 'token secret',
      accept: 'application/json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'hook',
      host: 'proxy:8889',
      connection: 'keep-alive, X-Secret-Hop',
      'keep-alive': 'timeout=5',
      'x-secret-hop': '1',
      'transfer-encoding': 'chunked',
      'content-length': '5',
      te: 'trailers',
      upgrade: 'h2c',
      'proxy-authorization': 'Basic eA==',
      'x-forwarded-for': '10.0.0.1',
      'if-none-match': '"a"',
      'accept-encoding': 'br',
      'x-prow-ghcache-token-budget-identifier': 'app',
      'x-prow-token-expires-at': 'soon',
    }),
  ).toEqual({
    authorization: 'token secret',
    accept: 'application/json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'hook',
  });
});

test('clients are sent what GitHub says; what only the proxy may say is not among it', () => {
  expect(
    returnedHeaders({
      etag: '"a"',
      link: '<x>; rel="next"',
      'set-cookie': ['a=1', 'b=2'],
      connection: 'close',
      'transfer-encoding': 'chunked',
      'x-bowsprit-wait': '1',
      'x-cache-mode': 'MISS',
    }),
  ).toEqual({ etag: '"a"', link: '<x>; rel="next"', 'set-cookie': ['a=1', 'b=2'] });
});

test('what is kept of an answer is about its content; what is new comes from the confirmation', () => {
  const lasting = lastingHeaders({
    etag: '"a"',
    'content-type': 'application/json',
    link: '<x>',
    date: 'then',
    'x-ratelimit-remaining': '10',
    'x-oauth-scopes': 'repo',
    'x-github-request-id': '1',
  });
  expect(lasting).toEqual({ etag: '"a"', 'content-type': 'application/json', link: '<x>' });

  expect(
    refreshedHeaders(lasting, { date: 'now', 'x-ratelimit-remaining': '9', 'content-type': 'text/plain' }),
  ).toEqual({
    etag: '"a"',
    'content-type': 'application/json',
    link: '<x>',
    date: 'now',
    'x-ratelimit-remaining': '9',
  });
});

test.each([
  ['"a"', '"a"', true],
  ['W/"a"', '"a"', true],
  ['"x", W/"a"', 'W/"a"', true],
  ['*', '"a"', true],
  ['"b"', '"a"', false],
  [undefined, '"a"', false],
])('%s matches %s: %s', (wanted, etag, same) => {
  expect(isSameTag(wanted, etag)).toBe(same);
});

test.each([
  [undefined, 'identity'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'gzip'],
  ['br;q=1.0, gzip;q=0.8', 'gzip'],
  ['*', 'gzip'],
  ['gzip;q=0', 'identity'],
  ['gzip; q=0.000', 'identity'],
  ['br, deflate', 'identity'],
  ['x-gzip', 'identity'],
])('who accepts %s gets %s', (accepted, form) => {
  expect(encodingOf({ 'accept-encoding': accepted })).toBe(form);
});

test.each([
  [{ 'cache-control': 'private, max-age=60' }, false],
  [{ 'cache-control': 'private, no-store' }, true],
  [{ vary: 'Accept, Authorization' }, false],
  [{ vary: '*' }, true],
])('%j forbids to keep an answer: %s', (headers, forbidden) => {
  expect(forbidsKeeping(headers)).toBe(forbidden);
});
