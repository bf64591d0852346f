import { describe, expect, test } from '@jest/globals';
import type { GitFacts, GitWant } from '../domain/review/git-facts.ts';
import { defaultOwnersRules } from '../rules/owners/repo-owners.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { createGitReads, GitUnreadable, inRepoFiles, NotResolved, type GitReadsDeps } from './git-reads.ts';
import { createOwnersCache } from './owners-cache.ts';
import { encodeFiles } from './stored-files.ts';

const base = { baseRef: 'main', baseSha: 'b'.repeat(40), headSha: 'c'.repeat(40) };

/** Stores what was read, each want with its files. */
async function given(read: [GitWant, Record<string, string>][], more: Partial<GitReadsDeps> = {}) {
  const blobs = createMemoryBlobs();
  const facts: GitFacts = {
    ...base,
    read: await Promise.all(
      read.map(async ([want, files], index) => {
        const content = encodeFiles(new Map(Object.entries(files)));
        await blobs.put(`bucket/${index}`, content);
        return { want, at: { key: `bucket/${index}`, bytes: content.length, sha256: '' } };
      }),
    ),
  };
  const missing: GitWant[] = [];
  const gets: string[] = [];
  const counting = {
    get: async (key: string) => {
      gets.push(key);
      return await blobs.get(key);
    },
  };
  const reads = (changes: Partial<GitReadsDeps> = {}) =>
    createGitReads({
      facts,
      blobs: counting,
      cache: createOwnersCache(),
      onMissing: (want) => missing.push(want),
      ownersRules: defaultOwnersRules,
      ...more,
      ...changes,
    });
  return { blobs, facts, missing, gets, reads };
}

const owners: [GitWant, Record<string, string>] = [
  { kind: 'owners' },
  {
    OWNERS: 'approvers: [alice, bob]',
    'a/OWNERS': 'approvers: [people]',
    OWNERS_ALIASES: 'aliases: {people: [carol]}',
  },
];

describe('what was read', () => {
  test('owners, with aliases', async () => {
    const { reads } = await given([owners]);

    expect((await reads().owners()).leafApprovers('a/x.go')).toEqual(new Set(['carol']));
    expect(await reads().baseSha()).toBe(base.baseSha);
  });

  test('owners are limited to collaborators, whatever was kept', async () => {
    const { reads } = await given([owners]);
    const cache = createOwnersCache();
    const among = async (...people: string[]) =>
      (await reads({ cache, collaborators: async () => new Set(people) }).owners()).leafApprovers('x.go');

    expect(await among('alice')).toEqual(new Set(['alice']));
    expect(await among('bob')).toEqual(new Set(['bob']));
    expect((await reads({ cache, collaborators: async () => undefined }).owners()).leafApprovers('x.go')).toEqual(
      new Set(['alice', 'bob']),
    );
  });

  test('owners are fetched and parsed once per commit', async () => {
    const { reads, gets } = await given([owners], { cache: createOwnersCache() });

    await Promise.all([reads().owners(), reads().owners()]);
    await reads().owners();

    expect(gets).toEqual(['bucket/0']);
  });

  test('other rules are other owners', async () => {
    const { reads } = await given([owners], { cache: createOwnersCache() });
    await reads().owners();

    const elsewhere = await reads({ ownersRules: { ...defaultOwnersRules, ignoredDirs: ['^a$'] } }).owners();

    expect(elsewhere.leafApprovers('a/x.go')).toEqual(new Set(['alice', 'bob']));
  });

  test('files, and those that are not there', async () => {
    const { reads, missing } = await given([
      [{ kind: 'baseFile', path: '.gitattributes' }, { '.gitattributes': '*.pb.go generated' }],
      [{ kind: 'mergedFile', path: 'OWNERS' }, {}],
    ]);

    expect(await reads().baseFile('.gitattributes')).toBe('*.pb.go generated');
    expect(await reads().mergedFile('OWNERS')).toBeUndefined();
    expect(missing).toEqual([]);
  });

  test('jobs of the repository', async () => {
    const { facts, blobs } = await given([[{ kind: 'inRepo' }, { '.prow.yaml': 'presubmits: []' }]]);

    expect(await inRepoFiles(facts, blobs)).toEqual(new Map([['.prow.yaml', 'presubmits: []']]));
  });
});

describe('what was not read', () => {
  test.each<[string, GitWant, (reads: ReturnType<typeof createGitReads>) => Promise<unknown>]>([
    ['owners', { kind: 'owners' }, (reads) => reads.owners()],
    ['a file', { kind: 'baseFile', path: 'x' }, (reads) => reads.baseFile('x')],
    ['a merged file', { kind: 'mergedFile', path: 'y' }, (reads) => reads.mergedFile('y')],
  ])('%s is noted and rejects', async (_name, want, ask) => {
    const { reads, missing } = await given([[{ kind: 'mergedFile', path: 'x' }, {}]]);

    await expect(ask(reads())).rejects.toThrow(NotResolved);
    expect(missing).toEqual([want]);
  });

  test('without facts, everything is missing', async () => {
    const { reads, missing, blobs } = await given([]);

    await expect(reads({ facts: undefined }).baseSha()).rejects.toThrow(NotResolved);
    expect(missing).toEqual([{ kind: 'owners' }]);
    expect(await inRepoFiles(undefined, blobs)).toBe('notRead');
  });

  test('a blob that was deleted has to be read again', async () => {
    const { reads, missing, blobs, facts } = await given([owners, [{ kind: 'inRepo' }, {}]]);
    await blobs.delete('bucket/0');
    await blobs.delete('bucket/1');
    const cache = createOwnersCache();

    await expect(reads({ cache }).owners()).rejects.toThrow(NotResolved);
    expect(missing).toEqual([{ kind: 'owners' }]);
    expect(await inRepoFiles(facts, blobs)).toBe('notRead');

    await blobs.put('bucket/0', encodeFiles(new Map([['OWNERS', 'approvers: [dave]']])));
    expect((await reads({ cache }).owners()).topLevelApprovers()).toEqual(new Set(['dave']));
  });
});

describe('what cannot be read', () => {
  const unreadable = [
    { want: { kind: 'inRepo' }, problem: 'notMergeable', reason: 'head and base conflict.' },
    { want: { kind: 'owners' }, problem: 'baseGone', reason: 'there is no branch main.' },
  ] as const;

  test('is told with the reason, and is not missing', async () => {
    const { reads, missing, blobs } = await given([]);
    const facts: GitFacts = { ...base, baseSha: '', read: [], unreadable };

    await expect(reads({ facts }).owners()).rejects.toThrow('OWNERS of the base branch cannot be read: there is no');
    await expect(reads({ facts }).baseSha()).rejects.toThrow(GitUnreadable);
    await expect(inRepoFiles(facts, blobs)).rejects.toMatchObject({ problem: 'notMergeable' });
    expect(missing).toEqual([]);
  });
});

test('owners that were not asked for longest are forgotten first', async () => {
  const cache = createOwnersCache(10);
  const read: string[] = [];
  const ask = async (key: string, bytes: number) =>
    await cache.get(key, bytes, async () => {
      read.push(key);
      return { levels: new Map(), ownersFile: 'OWNERS' };
    });

  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key, 5);
  await ask('big', 100);
  await ask('big', 100);

  expect(read).toEqual(['a', 'b', 'c', 'b', 'big']);
});
