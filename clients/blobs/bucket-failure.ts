/**
 * Trouble with a bucket in words: which one, what is wrong, and where it is set. Only the provider's own message is kept of its
 * error, because errors of its library carry the request with its credentials.
 */
import type { BucketKey } from './bucket-key.ts';
import { StorageUnavailable } from './storage-error.ts';

export interface BucketProvider {
  /** Scheme of its buckets. */
  scheme: 'gs' | 's3';
  /** The setting that says who we are there. */
  credentialsFlag: string;
  /** Where the answer of a status, or the code of a failure, is in an error of its library. */
  facts(error: unknown): FailureFacts;
}

export interface FailureFacts {
  /** HTTP status; undefined where there was no answer. */
  status?: number | undefined;
  /** The provider's word, or the system's. */
  code?: string | undefined;
  /** The bucket itself is missing. */
  noBucket?: boolean;
  message: string;
}

const longestMessage = 300;

/** Worth a retry in any case: whoever mends rights, bucket or network loses nothing that waits. */
export function bucketFailure(
  provider: BucketProvider,
  action: string,
  { bucket, name }: Partial<BucketKey> & { bucket: string },
  error: unknown,
): StorageUnavailable {
  const facts = provider.facts(error);
  const url = `${provider.scheme}://${bucket}`;
  const message = facts.message.replaceAll(/\s+/g, ' ').slice(0, longestMessage);
  const cause = Object.assign(new Error(message), {
    name: 'BucketError',
    code: facts.code ?? (facts.status === undefined ? '' : `HTTP ${facts.status}`),
  });
  return new StorageUnavailable(`${action} ${name === undefined ? '' : `${name} in `}bucket ${url}`, cause, reasonOf());

  function reasonOf(): string {
    const { status, code } = facts;
    // A write and a list need no object to be there.
    if (facts.noBucket || (status === 404 && (action === 'write' || action === 'list'))) {
      return `there is no such bucket; make it, or correct "bucket" in gcs_configuration of the decoration configuration`;
    }
    if (status === 401 || status === 403) {
      return `access is denied (${message}); check ${provider.credentialsFlag} and what it may do in this bucket`;
    }
    if (status === undefined && isCredentialTrouble(code, message)) {
      return `there are no credentials that work (${message}); give ${provider.credentialsFlag}, or the environment's own`;
    }
    if (status === undefined) return `no answer (${message})`;
    return `answer ${status} (${message})`;
  }
}

function isCredentialTrouble(code: string | undefined, message: string): boolean {
  return /Credential|Token|InvalidGrant/.test(code ?? '') || /credential|invalid_grant|invalid_client/i.test(message);
}
