/** Prow's file for S3 (`--s3-credentials-file`): where the service is, and who we are there. */
import { readFile } from 'node:fs/promises';
import { StorageSettingsError } from './storage-error.ts';

export interface S3Credentials {
  region?: string;
  /** URL, or `host:port`. Absent: Amazon's own. */
  endpoint?: string;
  /** Without TLS, where the endpoint does not say. */
  insecure?: boolean;
  s3_force_path_style?: boolean;
  /** Without the two: the environment's own credentials. */
  access_key?: string;
  secret_key?: string;
}

const texts = ['region', 'endpoint', 'access_key', 'secret_key'] as const;
const flags = ['insecure', 's3_force_path_style'] as const;

/** Throws StorageSettingsError, which never repeats what is in the file. */
export async function readS3Credentials(path: string): Promise<S3Credentials> {
  const content = await readCredentials(path, '--s3-credentials-file');
  const credentials: Record<string, string | boolean> = {};
  for (const name of texts) {
    const value = content[name];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string') throw refused(`${name} is no text`);
    credentials[name] = value;
  }
  for (const name of flags) {
    const value = content[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'boolean') throw refused(`${name} is neither true nor false`);
    credentials[name] = value;
  }
  const { endpoint, access_key, secret_key } = credentials;
  if ((access_key === undefined) !== (secret_key === undefined)) {
    throw refused('access_key and secret_key must be given both, or neither');
  }
  if (typeof endpoint === 'string' && !URL.canParse(endpointUrl({ endpoint }) ?? '')) {
    throw refused('endpoint is neither a URL nor host:port');
  }
  return credentials;

  function refused(reason: string): StorageSettingsError {
    return new StorageSettingsError(`--s3-credentials-file ${path}: ${reason}.`);
  }
}

export function endpointUrl({ endpoint, insecure }: Pick<S3Credentials, 'endpoint' | 'insecure'>): string | undefined {
  if (!endpoint) return undefined;
  return endpoint.includes('://') ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`;
}

/** A JSON object. Throws StorageSettingsError. */
export async function readCredentials(path: string, flag: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StorageSettingsError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content };
  } catch {
    // The parser's message quotes what it found.
  }
  throw new StorageSettingsError(`${flag} ${path} is no JSON object.`);
}
