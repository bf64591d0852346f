/**
 * `npm run docs`: writes the reference pages in docs/reference, which are made from the code. With `--check` nothing is
 * written, and the exit code is 1 when a page is not what the code makes of it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedPages } from './docs/pages.ts';
import { projectRoot } from './docs/project-root.ts';

/** Paths of pages that differ from what the code makes of them. */
export async function outdatedPages(): Promise<string[]> {
  const pages = await generatedPages();
  return [...pages].filter(([path, text]) => contentOf(path) !== text).map(([path]) => path);
}

async function writePages(): Promise<void> {
  for (const [path, text] of await generatedPages()) {
    const file = join(projectRoot, path);
    if (contentOf(path) === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`docs: wrote ${path}`);
  }
}

function contentOf(path: string): string | undefined {
  const file = join(projectRoot, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  if (args.includes('--check')) {
    const outdated = await outdatedPages();
    for (const path of outdated)
      console.error(`docs: ${path} is not what the code says; run \`npm run docs\` and commit it.`);
    console.log(`docs: ${outdated.length} generated pages are out of date`);
    process.exitCode = outdated.length > 0 ? 1 : 0;
  } else if (args.length > 0) {
    console.error('Usage: npm run docs, or npm run docs -- --check');
    process.exitCode = 2;
  } else await writePages();
}
