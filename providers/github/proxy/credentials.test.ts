import { expect, test } from '@jest/globals';
import { createCredentials } from './credentials.ts';

const jwt = (claims: object, signature = 'c2ln') =>
  `bearer eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
const named = (name: string) => ({ 'x-prow-ghcache-token-budget-identifier': name });

test.each<[string, Record<string, string>, string | RegExp]>([
  ['nobody', {}, 'anonymous'],
  ['an empty credential', { authorization: 'token ' }, 'anonymous'],
  ['a token', { authorization: 'token secret' }, /^token [0-9a-f]{16}$/],
  ['a token with a name', { authorization: 'token secret', ...named('my-app[bot] - acme') }, 'my-app[bot] - acme'],
  [
    'a name that could be anything',
    { authorization: 'token secret', ...named('x"} 1\nother') },
    /^token [0-9a-f]{16}$/,
  ],
  ['a name and no credential', named('installation 7'), 'anonymous'],
  ['an App by its number', { authorization: jwt({ iss: 12 }) }, 'app 12'],
  ['an App by its client id', { authorization: jwt({ iss: 'Iv1.abc' }), ...named('slug') }, 'app Iv1.abc'],
  ['an App of no name', { authorization: jwt({ iss: { a: 1 } }) }, /^token [0-9a-f]{16}$/],
  ['what only looks like an App', { authorization: 'bearer eyJx.%%.y' }, /^token [0-9a-f]{16}$/],
])('%s', (_name, headers, account) => {
  expect(createCredentials().of(headers).account).toEqual(
    typeof account === 'string' ? account : expect.stringMatching(account),
  );
});

test('a credential is the same in both of its forms, and no other is', () => {
  const credentials = createCredentials();
  const [token, bearer, basic, other] = ['token secret', 'Bearer secret', 'Basic secret', 'token other'].map(
    (authorization) => credentials.of({ authorization }).credential,
  );

  expect(bearer).toBe(token);
  expect(new Set([token, basic, other]).size).toBe(3);
  expect([token, basic, other].join(' ')).not.toContain('secret');
});

test('signatures of one App are one account, and different credentials', () => {
  const credentials = createCredentials();
  const [one, other] = ['a', 'b'].map((signature) => credentials.of({ authorization: jwt({ iss: '12' }, signature) }));

  expect(one?.account).toBe(other?.account);
  expect(one?.credential).not.toBe(other?.credential);
});

test('tokens of an installation are one account, whatever their clients call it', () => {
  const credentials = createCredentials();
  credentials.learn('ghs_1', '7');
  credentials.learn('ghs_2', '7');

  expect(credentials.of({ authorization: 'token ghs_1', ...named('slug - acme') }).account).toBe('installation 7');
  expect(credentials.of({ authorization: 'Bearer ghs_2' }).account).toBe('installation 7');
  // What our own clients say before their tokens are known, after a start.
  expect(credentials.of({ authorization: 'token ghs_3', ...named('installation 7') }).account).toBe('installation 7');
});
