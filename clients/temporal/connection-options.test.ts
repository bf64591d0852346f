import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOptions, TemporalSettingsError, type TemporalConnectionSettings } from './connection-options.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowsprit-connection-'));
  for (const name of ['ca', 'crt', 'key']) await writeFile(join(folder, name), `PEM ${name}`);
  await writeFile(join(folder, 'api-key'), 'top-secret\n');
  await writeFile(join(folder, 'two-lines'), 'top-secret\nand more\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const address = 'temporal.example:7233';
const bytes = (text: string) => Buffer.from(text);
const withFiles = (settings: Partial<TemporalConnectionSettings>): TemporalConnectionSettings => ({
  address,
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      name.endsWith('File') ? join(folder, String(value)) : value,
    ]),
  ),
});

test.each<[string, Partial<TemporalConnectionSettings>, object]>([
  ['no TLS', {}, {}],
  ['TLS with the authorities of the system', { tls: true }, { tls: {} }],
  ['an authority of its own', { caFile: 'ca' }, { tls: { serverRootCACertificate: bytes('PEM ca') } }],
  [
    'a certificate of ours',
    { certFile: 'crt', keyFile: 'key' },
    { tls: { clientCertPair: { crt: bytes('PEM crt'), key: bytes('PEM key') } } },
  ],
  ['another name', { serverName: 'inside' }, { tls: { serverNameOverride: 'inside' } }],
  ['an API key, never without TLS', { apiKeyFile: 'api-key' }, { tls: {}, apiKey: 'top-secret' }],
])('%s', async (_name, settings, expected) => {
  expect(await connectionOptions(withFiles(settings))).toEqual({ address, ...expected });
});

test.each<[string, Partial<TemporalConnectionSettings>, RegExp]>([
  ['a certificate without key', { certFile: 'crt' }, /--temporal-tls-cert-file and --temporal-tls-key-file .* both/],
  ['a file that is missing', { caFile: 'none' }, /--temporal-tls-ca-file: .*ENOENT.*none/],
  ['a key of several lines', { apiKeyFile: 'two-lines' }, /--temporal-api-key-file .*two-lines: one line/],
])('%s is refused by flag', async (_name, settings, message) => {
  const failure = await connectionOptions(withFiles(settings)).then(
    () => undefined,
    (error: Error) => error,
  );

  expect(failure).toBeInstanceOf(TemporalSettingsError);
  expect(failure?.message).toMatch(message);
  expect(JSON.stringify([failure?.message, failure])).not.toContain('secret');
});
