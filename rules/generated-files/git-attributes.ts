/**
 * Which files `.gitattributes` marks as generated (spec plugins-review.md C.18): lines with exactly
 * `linguist-generated=true`; nothing takes a mark back.
 */
import type { Regex } from '../regex.ts';
import { compileGlob } from './glob.ts';

export type IsGenerated = (path: string) => boolean;

/** Throws an Error for a pattern that git allows for ignoring, and not for attributes. */
export function generatedByAttributes(text: string): IsGenerated {
  const patterns = text.split('\n').flatMap((line) => {
    const [pattern, ...attributes] = line.trim().split(/\s+/);
    if (!pattern || pattern.startsWith('#') || !attributes.includes('linguist-generated=true')) return [];
    return [compilePattern(pattern)];
  });
  return (path) => patterns.some((matches) => matches(path.split('/')));
}

type MatchesPath = (elements: readonly string[]) => boolean;

const anyDepth = '**';

function compilePattern(pattern: string): MatchesPath {
  if (pattern.startsWith('!')) throw new Error(`.gitattributes: the pattern ${pattern} must not be negative.`);
  if (pattern.endsWith('/')) {
    throw new Error(`.gitattributes: the pattern ${pattern} names a folder; ${pattern}** would name the files in it.`);
  }
  const elements = pattern.split('/').map((text) => ({ text, glob: compileGlob(text) }));
  const [only] = elements;
  if (elements.length === 1) return (path) => path.some((name) => only?.glob?.test(name) ?? false);
  return (path) => matchesFromRoot(elements, path);
}

/** Element by element from the root; what is left of the path after the last one does not matter. */
function matchesFromRoot(
  elements: readonly { text: string; glob: Regex | undefined }[],
  path: readonly string[],
): boolean {
  let rest = path;
  let matched = false;
  let mayDescend = false;
  for (const [index, { text, glob }] of elements.entries()) {
    if (text === '') {
      mayDescend = false;
      continue;
    }
    if (text === anyDepth) {
      mayDescend = index < elements.length - 1;
      continue;
    }
    if (text.includes(anyDepth) || rest.length === 0 || !glob) return false;
    const found = mayDescend ? rest.findIndex((name) => glob.test(name)) : glob.test(rest[0] ?? '') ? 0 : -1;
    if (found < 0) return false;
    rest = rest.slice(found + 1);
    matched = true;
    mayDescend = false;
  }
  return matched;
}
