/**
 * One system per data directory: a lock file that names its owner, who must still be the same process for it to hold.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../clients/error-code.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../../clients/process/process-identity.ts';
import { StartError } from './start-error.ts';

/** Returns the release. Throws StartError when another system uses the directory, or when it cannot be written. */
export function lockDataDir(dataDir: string): () => void {
  const path = join(dataDir, 'lock');
  const own = ownIdentity();
  try {
    makeFolder(dataDir);
  } catch (error) {
    throw new StartError(
      `The data directory ${dataDir} cannot be made: ${messageOf(error)}. Choose another with --data-dir.`,
    );
  }
  const prepared = `${path}.${own.pid}`;
  try {
    writeFileSync(prepared, JSON.stringify(own));
  } catch (error) {
    throw new StartError(
      `The data directory ${dataDir} cannot be written: ${messageOf(error)}. Choose another with --data-dir.`,
    );
  }
  try {
    while (!tryLink(prepared, path)) {
      const owner = readOwner(path);
      if (owner && isAlive(owner)) {
        throw new StartError(
          `The data directory ${dataDir} is in use by process ${owner.pid}. Stop that one first, or choose another with --data-dir.`,
        );
      }
      removeStale(path, owner);
    }
  } finally {
    rmSync(prepared, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** Level by level: Node's own recursion never returns where a file system refuses with ENOENT, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** A link appears with its whole content at once, and never replaces another. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moved away first, and looked at once more: a third process may have removed the stale one and locked by now. */
function removeStale(path: string, owner: ProcessIdentity | undefined): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside);
  if (moved?.pid !== owner?.pid || moved?.began !== owner?.began) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function readOwner(path: string): ProcessIdentity | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isIdentity(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

export function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'began' in value &&
    typeof value.began === 'string'
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
