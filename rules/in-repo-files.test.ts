import { expect, test } from '@jest/globals';
import { inRepoJobFiles, isInRepoSource } from './in-repo-files.ts';

const chosen = (files: Record<string, string>) => [...inRepoJobFiles(new Map(Object.entries(files))).keys()];

test.each<[string, Record<string, string>, string[]]>([
  ['nothing', {}, []],
  ['the file alone', { '.prow.yaml': '' }, ['.prow.yaml']],
  ['the folder before the file', { '.prow.yaml': '', '.prow/a.yaml': '' }, ['.prow/a.yaml']],
  [
    'folders in their place among the files',
    { '.prow/b.yaml': '', '.prow/b/x.yml': '', '.prow/a/x.yaml': '' },
    ['.prow/a/x.yaml', '.prow/b/x.yml', '.prow/b.yaml'],
  ],
  ['an ignored file', { '.prow/.prowignore': '/a.yaml', '.prow/a.yaml': '', '.prow/b/a.yaml': '' }, ['.prow/b/a.yaml']],
  ['an ignored folder', { '.prow/.prowignore': 'b/', '.prow/a.yaml': '', '.prow/b/c/a.yaml': '' }, ['.prow/a.yaml']],
  [
    'the nearest rules first',
    { '.prow/.prowignore': '*.yml', '.prow/b/.prowignore': '!keep.yml', '.prow/b/keep.yml': '', '.prow/b/x.yml': '' },
    ['.prow/b/keep.yml'],
  ],
  ['what a mount made', { '.prow/..data/a.yaml': '', '.prow/a.yaml': '' }, ['.prow/a.yaml']],
])('%s', (_name, files, expected) => {
  expect(chosen(files)).toEqual(expected);
});

test('only files that have a say are read', () => {
  const paths = ['.prow/a.yaml', '.prow/b/a.yml', '.prow/b/.prowignore', '.prow/readme.md', '.prow/x.prowignore'];

  expect(paths.filter(isInRepoSource)).toEqual(['.prow/a.yaml', '.prow/b/a.yml', '.prow/b/.prowignore']);
});
