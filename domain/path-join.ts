/**
 * Joins path elements as Go's `path.Join` does, which Prow's storage paths and URLs are built with: empty elements vanish,
 * `//`, `.` and `..` are resolved, a leading slash stays, a trailing one goes.
 */
export function joinPath(...elements: readonly string[]): string {
  const joined = elements.filter((element) => element !== '').join('/');
  if (joined === '') return '';
  const rooted = joined.startsWith('/');
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  const path = parts.join('/');
  return rooted ? `/${path}` : path || '.';
}
