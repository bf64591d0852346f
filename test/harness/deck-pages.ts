/** Builds Deck's pages for a test into a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Answers the folder. Vite runs as a process of its own, since its native parts do not load within jest. */
export async function buildDeckPages(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'bowsprit-deck-pages-'));
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(root, 'deck', 'vite.config.ts');
  const args = [vite, 'build', '--config', config, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
  return outDir;
}
