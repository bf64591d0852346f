/**
 * `npm run lint`, second half: the import table, cycles and registries over all source files. Exit code 1 with one sentence
 * per violation.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findViolations } from './imports/find-violations.ts';
import { importTable, registries } from './imports/import-table.ts';

/** Works from `scripts/` and from `dist/scripts/`: the root is where package.json is. */
function projectRoot(): string {
  const above = fileURLToPath(new URL('..', import.meta.url));
  return existsSync(join(above, 'package.json')) ? above : join(above, '..');
}

/** Folders with sources that are not in the table are free to import, but may not make cycles either. */
const folders = [...Object.keys(importTable), 'bench', 'scripts', 'test', 'workers'];

/** Every source file of the project by its path below the root. */
export function readSources(root = projectRoot()): Map<string, string> {
  const paths = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(paths.map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = readSources();
  const violations = findViolations({ files, table: importTable, registries });
  for (const violation of violations) console.error(violation);
  console.log(`imports: ${files.size} files, ${violations.length} violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
