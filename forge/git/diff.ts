/** Changed files between two commits, with their patches, as the API lists them. */
import type { Repository } from './repository.ts';
import { git } from './run.ts';

export interface ChangedFile {
  filename: string;
  previousFilename: string | undefined;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  additions: number;
  deletions: number;
  /** Of the new content; of the old one where the file is gone. */
  sha: string;
  /** Without git's header; undefined for binary files and for mere renames. */
  patch: string | undefined;
}

const letters: Record<string, ChangedFile['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** @param from undefined: everything in `to` is new. */
export async function changedFiles(
  repository: Repository,
  from: string | undefined,
  to: string,
): Promise<ChangedFile[]> {
  const range = rangeOf(from, to);
  const [raw, numbers, patches] = await Promise.all([
    git(repository.dir, [...common, '--raw', '--no-abbrev', '-z', ...range]),
    git(repository.dir, [...common, '--numstat', '-z', ...range]),
    git(repository.dir, [...common, '-p', ...range]),
  ]);
  const counts = parseNumbers(numbers.text);
  const bodies = patches.text
    .split(/^diff --git /m)
    .slice(1)
    .map(patchBody);
  return parseRaw(raw.text).map((file, index) => {
    const count = counts[index];
    return { ...file, additions: count?.[0] ?? 0, deletions: count?.[1] ?? 0, patch: bodies[index] };
  });
}

/** Lines that were added and taken out, of each changed file: what `changedFiles` says of them, by one process. */
export async function changedLines(repository: Repository, from: string, to: string): Promise<[number, number][]> {
  return parseNumbers((await git(repository.dir, [...common, '--numstat', '-z', ...rangeOf(from, to)])).text);
}

const common = ['diff', '-M', '--no-color', '--no-ext-diff', '--full-index'];
const rangeOf = (from: string | undefined, to: string) => [from ?? '4b825dc642cb6eb9a060e54bf8d69288fbee4904', to];

/** The whole difference as text, as `git diff` prints it, or as mails (`git format-patch`). */
export async function diffText(
  repository: Repository,
  from: string,
  to: string,
  form: 'diff' | 'patch',
): Promise<string> {
  const args =
    form === 'diff' ? ['diff', '-M', '--no-color', from, to] : ['format-patch', '--stdout', `${from}..${to}`];
  return (await git(repository.dir, args)).text;
}

function parseRaw(text: string): Omit<ChangedFile, 'additions' | 'deletions' | 'patch'>[] {
  const fields = text.split('\0');
  const files: Omit<ChangedFile, 'additions' | 'deletions' | 'patch'>[] = [];
  for (let index = 0; index < fields.length;) {
    const [, , oldSha = '', newSha = '', code = ''] = (fields[index] ?? '').split(' ');
    if (code === '') break;
    const status = letters[code[0] ?? ''] ?? 'changed';
    const twoNames = status === 'renamed' || status === 'copied';
    files.push({
      filename: fields[index + (twoNames ? 2 : 1)] ?? '',
      previousFilename: twoNames ? fields[index + 1] : undefined,
      status,
      sha: status === 'removed' ? oldSha : newSha,
    });
    index += twoNames ? 3 : 2;
  }
  return files;
}

function parseNumbers(text: string): [number, number][] {
  const fields = text.split('\0');
  const counts: [number, number][] = [];
  for (let index = 0; index < fields.length;) {
    const [added, deleted, name] = (fields[index] ?? '').split('\t');
    if (added === undefined || deleted === undefined) break;
    counts.push([Number(added) || 0, Number(deleted) || 0]);
    // Renames have an empty name here and both names after it.
    index += name === '' ? 3 : 1;
  }
  return counts;
}

function patchBody(text: string): string | undefined {
  const start = text.search(/^@@ /m);
  return start < 0 ? undefined : text.slice(start).replace(/\n$/, '');
}
