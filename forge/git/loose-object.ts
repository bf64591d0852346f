/** Writes an object of git into a repository without a process for it: what git calls a loose object. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const compress = promisify(deflate);

/** Answers its SHA. @param dir the bare repository */
export async function writeLooseObject(dir: string, type: 'blob', content: Buffer): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash('sha1').update(bytes).digest('hex');
  const folder = join(dir, 'objects', sha.slice(0, 2));
  const file = join(folder, sha.slice(2));
  if (await exists(file)) return sha;
  await mkdir(folder, { recursive: true });
  // Whole or not at all; whoever writes the same at the same time writes the same bytes.
  const draft = join(folder, `tmp_obj_${randomUUID()}`);
  try {
    await writeFile(draft, await compress(bytes, { level: 1 }), { mode: 0o444 });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return sha;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
