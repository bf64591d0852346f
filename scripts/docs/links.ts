/** Links and commands in the project's Markdown, for the test that checks them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { anchorOf } from './markdown.ts';
import { projectRoot } from './project-root.ts';

/** Paths of all pages below the project: README, CHANGELOG and docs. */
export function markdownPages(): string[] {
  const docs = readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => posix.join('docs', path.replaceAll('\\', '/')));
  return ['README.md', 'CHANGELOG.md', ...docs.sort()];
}

export function readPage(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

/** Targets of the links of a page, outside code. */
export function linksOf(text: string): string[] {
  const prose = text
    .replaceAll(/^```[^]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (match) => (match.includes('](') ? '' : 'x'));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Anchors of a page's headings; a heading that occurs again gets a number. */
export function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} (.*)$/gm)) {
    const anchor = anchorOf(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

/** What is wrong with a link of a page, if anything. Links to other sites are not followed. */
export function linkProblem(page: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : posix.normalize(posix.join(dirname(page), path));
  if (file.startsWith('..')) return `${target} leads out of the project`;
  if (!existsSync(join(projectRoot, file))) return `${target} does not exist`;
  if (anchor === undefined) return undefined;
  if (statSync(join(projectRoot, file)).isDirectory() || !file.endsWith('.md'))
    return `${target} has an anchor, but is no page`;
  return anchorsOf(readPage(file)).has(anchor) ? undefined : `${target} names a heading that does not exist`;
}

/** Everything in code, one string per line of a block and per span. */
export function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```[^\n]*\n([^]*?)^```/gm)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...blocks, ...spans];
}
