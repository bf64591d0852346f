/**
 * What is thrown when the disk or a bucket lets us down: names the place and the reason in words. `type` is one of `domain/errors.ts`; the
 * class has the same name because that is what Temporal keeps of an error.
 */

import type { FailureType } from '../../domain/errors.ts';
import { errorCode } from '../error-code.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied; the folder and everything in it must be writable for the user who runs this',
  EPERM: 'not permitted; the folder and everything in it must be writable for the user who runs this',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reports an input/output error',
};

/** Storage cannot be read or written now; worth a retry. `code` is the operating system's, such as `ENOSPC`, or the provider's word. */
export class StorageUnavailable extends Error {
  readonly type = 'StorageUnavailable' satisfies FailureType;
  readonly code: string;

  /** `action` names the place: `write <key> in blob storage <folder>`. `reason` for what the operating system has no code for. */
  constructor(action: string, cause: unknown, reason?: string) {
    const code = errorCode(cause);
    super(`Cannot ${action}: ${reason ?? reasons[code] ?? causeText(cause)}.`, { cause });
    this.name = 'StorageUnavailable';
    this.code = code;
  }
}

/** A key that this store can never hold; not worth a retry. */
export class BlobKeyError extends Error {
  readonly key: string;

  constructor(key: string, reason: string) {
    super(`${JSON.stringify(key)} cannot be the key of an object: ${reason}.`);
    this.name = 'BlobKeyInvalid';
    this.key = key;
  }
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** A setting of storage that cannot be used; the message names it and holds nothing secret. */
export class StorageSettingsError extends Error {}
