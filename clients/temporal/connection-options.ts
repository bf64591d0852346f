/** What a connection to Temporal is made with, from files: certificates, keys and the API key appear in no setting and no message. */
import { readFile } from 'node:fs/promises';

export interface TemporalConnectionSettings {
  /** `host:port` */
  address: string;
  /** TLS also without any of the files, with the system's authorities. */
  tls?: boolean | undefined;
  caFile?: string | undefined;
  certFile?: string | undefined;
  keyFile?: string | undefined;
  serverName?: string | undefined;
  apiKeyFile?: string | undefined;
}

/** As client and worker take them. */
export interface TemporalConnectionOptions {
  address: string;
  tls?: {
    serverRootCACertificate?: Buffer;
    clientCertPair?: { crt: Buffer; key: Buffer };
    serverNameOverride?: string;
  };
  apiKey?: string;
}

/** A setting of the connection that cannot be used, by its flag. */
export class TemporalSettingsError extends Error {}

/** Reads the files. Throws TemporalSettingsError. */
export async function connectionOptions(settings: TemporalConnectionSettings): Promise<TemporalConnectionOptions> {
  const { address, caFile, certFile, keyFile, serverName, apiKeyFile } = settings;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new TemporalSettingsError(
      '--temporal-tls-cert-file and --temporal-tls-key-file must be given both, or neither.',
    );
  }
  const ca = await contentOf(caFile, '--temporal-tls-ca-file');
  const crt = await contentOf(certFile, '--temporal-tls-cert-file');
  const key = await contentOf(keyFile, '--temporal-tls-key-file');
  const apiKey = (await contentOf(apiKeyFile, '--temporal-api-key-file'))?.toString('utf8').trim();
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TemporalSettingsError(`--temporal-api-key-file ${apiKeyFile}: one line with the key is expected.`);
  }
  // A key must never travel in the clear.
  const isTls = settings.tls || ca || crt || serverName || apiKey;
  return {
    address,
    ...(isTls && {
      tls: {
        ...(ca && { serverRootCACertificate: ca }),
        ...(crt && key && { clientCertPair: { crt, key } }),
        ...(serverName && { serverNameOverride: serverName }),
      },
    }),
    ...(apiKey !== undefined && { apiKey }),
  };
}

async function contentOf(path: string | undefined, flag: string): Promise<Buffer | undefined> {
  if (!path) return undefined;
  return await readFile(path).catch((error: unknown) => {
    throw new TemporalSettingsError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  });
}
