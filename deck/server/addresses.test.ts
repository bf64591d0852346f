import { expect, test } from '@jest/globals';
import { resolveSettings, type GivenSettings } from '../../config/settings.ts';
import { allowedHosts, authorizationOf } from './addresses.ts';

function settingsOf(given: GivenSettings) {
  return resolveSettings(given, { env: {}, cwd: '/', exampleDir: '/example' });
}

const loopback = { host: '127.0.0.1', port: 8080 };

test.each([
  ['the default', loopback, 'local'],
  ['localhost', { ...loopback, host: 'localhost' }, 'local'],
  ['loopback of IPv6', { ...loopback, host: '::1' }, 'local'],
  ['a loopback address that users are told', { ...loopback, publicUrl: 'http://localhost:9000/' }, 'local'],
  ['every address of the machine', { ...loopback, host: '0.0.0.0' }, 'config'],
  ['a name of the network', { ...loopback, host: 'ci.example' }, 'config'],
  ['loopback behind a proxy', { ...loopback, publicUrl: 'https://prow.example' }, 'config'],
])('who may rerun and abort on %s: %j -> %s', (_name, settings, expected) => {
  expect(authorizationOf(settingsOf(settings))).toBe(expected);
});

test.each([
  [loopback, ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']],
  [
    { host: '::', port: 8080, publicUrl: 'https://prow.example/' },
    ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080', '[::]:8080', 'prow.example'],
  ],
  // Browsers leave the usual port out.
  [{ host: '127.0.0.1', port: 80 }, ['127.0.0.1', 'localhost', '[::1]']],
])('%j answers under its own names only', (settings, expected) => {
  expect(allowedHosts(settingsOf(settings))).toEqual(expected);
});
