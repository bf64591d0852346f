/**
 * What can go wrong with a repository of a code host, told from git's own words (in English: `LC_ALL=C`). Types are those of
 * `domain/errors.ts`. Messages hold no credentials and no escape sequences.
 */
import type { FailureType } from '../../domain/errors.ts';
import { printableLine } from '../../domain/review/printable-line.ts';
import { censored } from './censored.ts';

export class GitFailure extends Error {
  readonly type: FailureType;

  constructor(type: FailureType, action: string, reason: string, options?: ErrorOptions) {
    super(`Cannot ${action}: ${reason}`, options);
    this.name = type;
    this.type = type;
  }
}

/** More than is taken from a repository that nobody has checked; trying again does not help. */
export class GitTooLarge extends Error {
  constructor(action: string, limit: string) {
    super(`Cannot ${action}: ${limit}.`);
    this.name = 'GitTooLarge';
  }
}

/** The mirror itself is damaged, after a power failure perhaps; it is made anew. */
export class MirrorBroken extends Error {
  /** The server sends single objects only with their history: the new mirror has to be complete. */
  readonly needsAll: boolean;

  constructor(action: string, reason: string, needsAll = false) {
    super(`Cannot ${action}: ${reason}`);
    this.name = 'MirrorBroken';
    this.needsAll = needsAll;
  }
}

/** The remote has no ref of this name. */
export class NoSuchRef extends Error {
  readonly ref: string;

  constructor(ref: string) {
    super(`There is no ${ref}.`);
    this.name = 'NoSuchRef';
    this.ref = ref;
  }
}

/** The remote does not give this object away, or has no such object. */
export class NoSuchObject extends Error {}

/** A file of the repository is being written, or was left behind by a git that was killed. */
export class MirrorLocked extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`There is ${path}.`);
    this.name = 'MirrorLocked';
    this.path = path;
  }
}

const broken =
  /corrupt|is empty|not a git repository|inflate|bad object|bad tree|unable to read|invalid object|does not match index|far too short|garbage at end|index file|loose object|packfile/i;

/** From the end of a git command that failed. @param action as in `fetch acme/site` */
export function failureFrom(action: string, errors: string): Error {
  const words = printableLine(censored(errors), 1000) || 'git said nothing';
  const missing = /couldn't find remote ref (\S+)/.exec(errors);
  if (missing) return new NoSuchRef(missing[1] ?? '');
  if (/not our ref|no such remote ref|unadvertised object/.test(errors)) return new NoSuchObject(words);
  const locked = /Unable to create '(.+\.lock)': File exists/.exec(errors);
  if (locked) return new MirrorLocked(locked[1] ?? '');
  const type = typeOf(errors);
  if (type) return new GitFailure(type, action, words);
  if (broken.test(errors)) return new MirrorBroken(action, words);
  return new GitFailure('HostUnavailable', action, words);
}

function typeOf(errors: string): FailureType | undefined {
  if (/Authentication failed|could not read (?:Username|Password)|returned error: 401/.test(errors)) return 'HostAuth';
  // Somebody else pushes to the same branch, or an earlier try of ours has come through after all.
  if (/cannot lock ref|failed to update ref|stale info/.test(errors)) return 'HostUnavailable';
  if (/\[(?:remote )?rejected\]/.test(errors)) return 'HostForbidden';
  const status = /returned error: (\d{3})/.exec(errors)?.[1];
  // A repository that has moved is where its new name says; credentials must not follow an address that a server makes up.
  if (status?.startsWith('3')) return 'HostNotFound';
  if (status === '403') return 'HostForbidden';
  if (status === '404' || status === '410') return 'HostNotFound';
  if (
    status !== undefined ||
    /unable to access|remote end hung up|RPC failed|early EOF|unexpected disconnect/.test(errors)
  )
    return 'HostUnavailable';
  if (/^fatal: repository '.*' not found|Repository not found|does not appear to be a git repository/m.test(errors))
    return 'HostNotFound';
  return undefined;
}
