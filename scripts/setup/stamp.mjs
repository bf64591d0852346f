/**
 * Stamps: a step is done again only when its inputs have changed. A stamp is a hash over names, sizes and contents.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param {string} path @param {string} value */
export function isStamped(path, value) {
  return existsSync(path) && readFileSync(path, 'utf8') === value;
}

/** @param {string} path @param {string} value */
export function stamp(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, value);
}

/** @param {string} path */
export function fileHash(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * Hash over the files below some folders whose names end in one of the suffixes: by path, size and time of change, which is
 * a hundred times cheaper than reading them.
 * @param {string} root @param {string[]} folders @param {string[]} suffixes
 */
export function treeHash(root, folders, suffixes) {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ path) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (!found) return;
    if (found.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(join(path, name));
    } else if (suffixes.some((suffix) => path.endsWith(suffix))) {
      hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
    }
  };
  for (const folder of folders) visit(folder);
  return hash.digest('hex');
}
