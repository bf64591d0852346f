/** Go's `filepath.Match` for one element of a path: `*`, `?`, `[a-z]`, `[^a-z]` and escapes; no slash is ever matched. */
import { compileRegex, type Regex } from '../regex.ts';

/** Undefined for a pattern that is malformed: it matches nothing. */
export function compileGlob(pattern: string): Regex | undefined {
  let regex = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? '';
    if (char === '*') regex += '[^/]*';
    else if (char === '?') regex += '[^/]';
    else if (char === '\\') {
      at += 1;
      if (at >= pattern.length) return undefined;
      regex += quoted(pattern[at] ?? '');
    } else if (char === '[') {
      const end = classEnd(pattern, at);
      if (end === undefined) return undefined;
      regex += pattern.slice(at, end + 1);
      at = end;
    } else regex += quoted(char);
  }
  try {
    return compileRegex(`^(?s:${regex})\\z`);
  } catch {
    return undefined;
  }
}

/** Index of the bracket that closes a class. */
function classEnd(pattern: string, start: number): number | undefined {
  let at = start + 1;
  if (pattern[at] === '^') at += 1;
  // An empty class is malformed.
  if (pattern[at] === ']') return undefined;
  for (; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at;
  }
  return undefined;
}

function quoted(char: string): string {
  return /[\\^$.|?*+()[\]{}]/.test(char) ? `\\${char}` : char;
}
