/** Where the project is, for scripts that run from `scripts/docs/` (tests) and from `dist/scripts/docs/`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  const above = fileURLToPath(new URL('../..', import.meta.url));
  return existsSync(join(above, 'package.json')) ? above : join(above, '..');
}

export const projectRoot = findRoot();
