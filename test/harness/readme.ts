/** Commands and code of README as they stand there, for the tests that try them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, projectRoot } from './system.ts';

/** The text of a section, by the beginning of its title. */
export function readmeSection(title: string): string {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const [, section] = new RegExp(`\n## ${title}[^\n]*\n([^]*?)\n## `).exec(readme) ?? [];
  if (section === undefined) throw new Error(`README has no section "${title}".`);
  return section;
}

/** The blocks of code in it: `sh` for commands, an empty language for what is printed. */
export function codeBlocks(section: string, language: string): string[] {
  return [...section.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, of = '', code = '']) =>
    of === language ? [code] : [],
  );
}

/** Command lines of the table "Everyday commands" as a user would type them, in its order. */
export function everydayCommands(): string[] {
  const rows = readmeSection('Everyday commands')
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|-'));
  const [head = '', ...body] = rows;
  if (!head.includes('`npx bowsprit`')) throw new Error('The first column of the table is no longer that of bowsprit.');
  return body.flatMap((row) => {
    const [, ours = '', theirs = ''] = row.split('|');
    const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
    return [
      ...codes(ours).map((code) => `npx bowsprit ${code}`),
      ...codes(theirs).filter((code) => code.startsWith('temporal ')),
    ];
  });
}

/** Those about the pull request of the sample code host. */
export function isAboutSample(command: string): boolean {
  return /demo[/!]hello/.test(command);
}

/**
 * Runs lines of a shell as one script that ends at the first failure; resolves with what they print. What npx adds is tried
 * elsewhere; its second of time is saved here.
 */
export async function runShell(script: string, env: NodeJS.ProcessEnv, cwd = projectRoot): Promise<string> {
  const bowsprit = `node ${join(projectRoot, 'scripts/bowsprit.mjs')}`;
  const result = await ended('/bin/sh', ['-ec', script.replaceAll(/\bnpx bowsprit\b/g, bowsprit)], env, cwd);
  if (result.code !== 0) throw new Error(`${script} ended with ${result.code}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}
