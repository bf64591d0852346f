/** Which files `.generated_files` names (spec plugins-review.md C.18). */
import type { IsGenerated } from './git-attributes.ts';

/** Reads a file of the repository; undefined where there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** Rejects where a line is none of the known ones, or names a list that is not there. */
export async function generatedByList(text: string, read: ReadFile): Promise<IsGenerated> {
  const paths = new Set<string>();
  const names = new Set<string>();
  const pathPrefixes: string[] = [];
  const namePrefixes: string[] = [];
  for (const line of meaningful(text)) {
    const [key = '', value, ...more] = line.split(/\s+/);
    if (value === undefined || more.length > 0)
      throw new Error(`.generated_files: the line "${line}" is not a key and a value.`);
    if (key === 'prefix' || key === 'path-prefix') pathPrefixes.push(value);
    else if (key === 'file-prefix') namePrefixes.push(value);
    // Prow keeps a path as a name, so one with a slash never matches; files rely on the others being matched anywhere.
    else if (key === 'file-name' || key === 'path') names.add(value);
    else if (key === 'paths-from-repo') {
      const list = await read(value);
      if (list === undefined) throw new Error(`.generated_files: there is no file ${value}.`);
      for (const path of meaningful(list)) paths.add(path);
    } else throw new Error(`.generated_files: the key "${key}" is not known.`);
  }
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return (
      paths.has(path) ||
      names.has(name) ||
      pathPrefixes.some((prefix) => path.startsWith(prefix)) ||
      namePrefixes.some((prefix) => name.startsWith(prefix))
    );
  };
}

/** Lines without blanks at the ends, comments and empty ones. */
function meaningful(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
