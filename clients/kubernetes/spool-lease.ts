/**
 * Who may write the spooled logs of a run: one worker at a time, though several may share a folder.
 *
 * A lease is a file that its holder touches. Process ids would say nothing where the workers are containers with a common folder.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { errorCode } from '../error-code.ts';

export interface SpoolLease {
  /** Whoever comes next has it at once. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** A lease that was not touched for so long is one of a worker that died. Below the two minutes after which its watch is given away. */
  staleMs?: number;
  /** How often the holder touches it. */
  touchMs?: number;
}

/** Undefined where another worker holds it. */
export async function takeLease(
  path: string,
  { staleMs = 60_000, touchMs = 5_000 }: LeaseOptions = {},
): Promise<SpoolLease | undefined> {
  const holder = randomUUID();
  const isTaken = (await create(path, holder)) || ((await removeStale(path, staleMs)) && (await create(path, holder)));
  if (!isTaken) return undefined;
  const isOurs = async () => (await readFile(path, 'utf8').catch(() => '')) === holder;
  const touching = setInterval(() => {
    const now = new Date();
    // A lease that somebody took away is not kept alive for its new holder.
    void isOurs().then((is) => (is ? utimes(path, now, now).catch(() => undefined) : undefined));
  }, touchMs);
  touching.unref();
  return {
    async release() {
      clearInterval(touching);
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}

async function create(path: string, holder: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(holder);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Of several that try only one can rename the file, and that one sees whether it has caught a fresh one. */
async function removeStale(path: string, staleMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs <= staleMs) return false;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    const caught = await stat(aside);
    if (Date.now() - caught.mtimeMs > staleMs) return true;
    await rename(aside, path);
    return false;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
