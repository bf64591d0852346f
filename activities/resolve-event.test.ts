/** Events resolved against a real host with real git: the forge. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { parsePlugins } from '../config/load-plugins.ts';
import type { CodeHost } from '../domain/review/host.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { ReviewHostEvent } from '../domain/review/events.ts';
import type { GitFacts, GitWant } from '../domain/review/git-facts.ts';
import type { Item } from '../domain/review/item.ts';
import type { ResolvedEvent, ResolveRequest } from '../domain/review/resolved-event.ts';
import type { Any } from '../forge/test-world.ts';
import { ownersRulesFor } from '../rules/owners/owners-rules.ts';
import type { RepoOwners } from '../rules/owners/repo-owners.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { commentEvent, envelopeOf, issueItem, pullEvent, pushEvent } from '../test/fixtures/envelopes.ts';
import { loadFiles } from '../test/golden/decode.ts';
import { gitWorld, type GitWorld } from '../test/harness/git-world.ts';
import { createGitReads, inRepoFiles, type GitReadsDeps } from './git-reads.ts';
import { createOwnersCache } from './owners-cache.ts';
import { createResolveActivities, type ResolveDeps } from './resolve-event.ts';

let world: GitWorld;
let blobs: MemoryBlobs & { puts: string[] };
let repo: string;
let number = 0;

beforeAll(async () => {
  world = await gitWorld();
});
beforeEach(async () => {
  world.forge.faults.clear();
  const memory = createMemoryBlobs();
  const puts: string[] = [];
  blobs = {
    ...memory,
    puts,
    async put(key, ...rest) {
      puts.push(key);
      await memory.put(key, ...rest);
    },
  };
  repo = `acme/repo-${(number += 1)}`;
  await world.forge.admin.createRepo('acme', { name: repo.slice(5), autoInit: true }, 'owner');
});
afterAll(async () => {
  await world.end();
});

const name = () => ({ org: 'acme', repo: repo.slice(5) });

interface Options extends Partial<ResolveDeps> {
  plugins?: () => ReturnType<typeof parsePlugins>;
  main?: string;
}

async function resolver({ main = '', ...deps }: Options = {}) {
  const config = await loadFiles({ 'config.yaml': main });
  const { resolveEvent } = createResolveActivities({
    host: () => world.host(),
    mirrors: world.mirrors(),
    blobs,
    folder: 'bucket/git',
    eventsFolder: 'bucket/webhooks',
    plugins: () => parsePlugins('plugins.yaml', ''),
    config: () => config,
    ...deps,
  });
  return async (envelope: ChangeEventEnvelope, more: Omit<ResolveRequest, 'envelope'> = {}): Promise<ResolvedEvent> =>
    await new MockActivityEnvironment().run<[ResolveRequest], ResolvedEvent, typeof resolveEvent>(resolveEvent, {
      envelope,
      ...more,
    });
}

const received = (events: readonly ReviewHostEvent[], item?: Item): ChangeEventEnvelope =>
  envelopeOf(events, { repo: name(), receivedAt: new Date().toISOString(), ...(item && { item }) });

/** A pull request from a branch with these files. */
async function pull(files: Record<string, string | null>, branch = 'topic'): Promise<Any> {
  await world.commit(branch, files, { repo, from: 'main', author: 'dev' });
  const answer = await world.ask('POST', `/repos/${repo}/pulls`, {
    as: 'dev',
    body: { title: 'A change', head: branch, base: 'main', body: 'Text.' },
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

const itemOf = async (of: number): Promise<Item> => {
  const item = await world.host().item({ ...name(), number: of });
  if (!item) throw new Error(`There is no ${of}.`);
  return item;
};

/** As in a webhook about a comment. */
const withoutBranches = ({ pull: _pull, ...item }: Item): Item => item;

const readsOf = (facts: GitFacts | undefined, more: Partial<GitReadsDeps> = {}) =>
  createGitReads({
    facts,
    blobs,
    cache: createOwnersCache(),
    onMissing: () => undefined,
    ownersRules: ownersRulesFor('acme', repo.slice(5), {}),
    ...more,
  });

describe('the event', () => {
  test('a comment gets its pull from the host, and is stored when that makes it long', async () => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const resolve = await resolver();
    const item = await itemOf(of);

    const given = received([commentEvent('/approve')], withoutBranches(item));
    const { envelope, brief } = await resolve(given);

    expect((await loadEnvelope(blobs, envelope)).item).toEqual(item);
    expect(envelope).toMatchObject({ id: given.id, delivery: given.delivery });
    expect(brief).toMatchObject({ story: '/approve by alice', isPull: true, item: { headSha: item.pull?.head.sha } });

    const long = received([commentEvent(`/approve\n${'x'.repeat(3000)}`)], withoutBranches(item));
    const second = await resolve(long);
    expect(second.envelope).toMatchObject({ events: [], stored: { key: expect.stringMatching(/-resolved\.json$/) } });
    expect(second.envelope.item).toBeUndefined();
    expect(second.envelope.stored?.key).toBe(
      `bucket/webhooks/forge/${long.receivedAt.slice(0, 10)}/${long.delivery}-resolved.json`,
    );
    expect((await loadEnvelope(blobs, second.envelope)).item?.pull?.head.ref).toBe('topic');
  });

  test('one that was stored is read, and stays where it is when nothing was missing', async () => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const whole = received([pullEvent('opened')], await itemOf(of));
    await blobs.put('bucket/x', JSON.stringify(whole));
    const { item: _item, ...rest } = whole;
    const given = { ...rest, events: [], stored: { key: 'bucket/x', bytes: 1, sha256: '' } };

    const { envelope, brief, facts } = await (await resolver())(given);

    expect(envelope).toEqual(given);
    expect(brief.story).toBe('opened by carol');
    expect(facts?.baseRef).toBe('main');
  });

  test('a pull that is gone is handled with what the event says', async () => {
    const item: Item = { ...issueItem(), isPull: true, number: 99 };

    const { envelope, facts } = await (await resolver())(received([commentEvent('/approve')], item));

    expect(envelope.item).toEqual(item);
    expect(facts).toMatchObject({ baseSha: '', unreadable: [{ want: { kind: 'owners' }, problem: 'baseGone' }] });
    await expect(readsOf(facts).owners()).rejects.toThrow('the host has no such change any more');
  });

  test.each<[string, readonly ReviewHostEvent[], Item | undefined]>([
    ['a command on an issue', [commentEvent('/close')], issueItem()],
    ['a label', [pullEvent('labeled')], undefined],
    ['a text', [commentEvent('thanks')], undefined],
    ['a branch that was deleted', [pushEvent({ deleted: true })], undefined],
  ])('%s needs no files', async (_name, events, item) => {
    const { facts } = await (await resolver())(received(events, item));

    expect(facts).toBeUndefined();
  });
});

describe('OWNERS (spec plugins-review.md B, through git)', () => {
  interface Case {
    spec: string;
    /** On the base branch when the pull is opened. */
    base: Record<string, string>;
    /** Later on the base branch. */
    later?: Record<string, string | null>;
    /** By the pull. */
    head?: Record<string, string | null>;
    /** Slice of plugins.yaml. */
    plugins?: string;
    main?: string;
    check: (owners: RepoOwners) => unknown;
    expected: unknown;
  }
  const approvers = (path: string) => (owners: RepoOwners) => [...owners.leafApprovers(path)].sort();

  test.each<Case>([
    {
      spec: '28: who adds oneself gains nothing until it is merged',
      base: { OWNERS: 'approvers: [alice]' },
      head: { OWNERS: 'approvers: [alice, dev]', 'a/OWNERS': 'approvers: [dev]' },
      check: approvers('a/x.go'),
      expected: ['alice'],
    },
    {
      spec: 'B.1: the head of the base branch as it is now, not as the pull knows it',
      base: { OWNERS: 'approvers: [alice]' },
      later: { OWNERS: 'approvers: [bob]', 'a/OWNERS': 'approvers: [carol]' },
      check: (owners) => [approvers('x.go')(owners), approvers('a/x.go')(owners)],
      expected: [['bob'], ['carol']],
    },
    {
      spec: 'B.1: a file that was taken out counts no more',
      base: { OWNERS: 'approvers: [alice]', 'a/OWNERS': 'approvers: [bob]' },
      later: { 'a/OWNERS': null },
      check: approvers('a/x.go'),
      expected: ['alice'],
    },
    {
      spec: 'B.1: files of other names, where the configuration says so',
      base: { OWNERS: 'approvers: [alice]', CHIEFS: 'approvers: [people]', NAMES: 'aliases: {people: [carol]}' },
      plugins: 'owners: {filenames: {acme: {owners: CHIEFS, owners_aliases: NAMES}}}',
      check: approvers('x.go'),
      expected: ['carol'],
    },
    {
      spec: 'B.3: aliases, at the root only',
      base: {
        OWNERS: 'approvers: [people, others]',
        OWNERS_ALIASES: 'aliases: {people: [carol]}',
        'a/OWNERS_ALIASES': 'aliases: {others: [dave]}',
      },
      check: approvers('x.go'),
      expected: ['carol', 'others'],
    },
    {
      spec: 'B.4, 30: front matter, where it is enabled',
      base: {
        'docs/OWNERS': 'approvers: [alice]',
        'docs/p.md': '---\napprovers: [bob]\n---\n# Page',
        'docs/q.md': '# No front matter\n---\napprovers: [eve]\n---\n',
      },
      plugins: 'owners: {mdyamlrepos: [acme]}',
      check: (owners) => [approvers('docs/p.md')(owners), approvers('docs/q.md')(owners)],
      expected: [['bob'], ['alice']],
    },
    {
      spec: 'B.4: and not elsewhere',
      base: { 'docs/OWNERS': 'approvers: [alice]', 'docs/p.md': '---\napprovers: [bob]\n---\n' },
      check: approvers('docs/p.md'),
      expected: ['alice'],
    },
    {
      spec: 'B.5: directories that are skipped',
      base: {
        OWNERS: 'approvers: [alice]',
        'vendor/OWNERS': 'approvers: [bob]',
        'vendor/x/OWNERS': 'approvers: [carol]',
        'vendor/x/y/OWNERS': 'approvers: [dave]',
        '_output/OWNERS': 'approvers: [eve]',
        'third/OWNERS': 'approvers: [frank]',
      },
      main: 'owners_dir_denylist: {repos: {acme: ["^third$"]}}',
      check: (owners) =>
        ['vendor/f', 'vendor/x/f', 'vendor/x/y/f', '_output/f', 'third/f'].map((f) => approvers(f)(owners)),
      expected: [['bob'], ['carol'], ['carol'], ['alice'], ['alice']],
    },
    {
      spec: '22: filters beside top-level people are ignored',
      base: { OWNERS: 'approvers: [alice]\nfilters: {".*": {approvers: [bob]}}' },
      check: approvers('x.go'),
      expected: ['alice'],
    },
    {
      spec: '29: a file that is no OWNERS says nothing',
      base: { OWNERS: 'approvers: [alice]', 'a/OWNERS': 'approvers: [bob, 12345]', 'b/OWNERS': '\u0000\u0001' },
      check: (owners) => [approvers('a/x')(owners), approvers('b/x')(owners)],
      expected: [['alice'], ['alice']],
    },
  ])('$spec', async ({ base, later, head = { 'x.txt': 'x' }, plugins = '', main = '', check, expected }) => {
    await world.commit('main', base, { repo });
    const { number: of } = await pull(head);
    if (later) await world.commit('main', later, { repo });
    const pluginConfig = parsePlugins('plugins.yaml', plugins);
    const resolve = await resolver({ plugins: () => pluginConfig, main });

    const { facts } = await resolve(received([pullEvent('opened')], await itemOf(of)));
    const denylist = (await loadFiles({ 'config.yaml': main })).main['owners_dir_denylist'] as object | undefined;
    const ownersRules = ownersRulesFor('acme', repo.slice(5), pluginConfig.owners, denylist);

    expect(check(await readsOf(facts, { ownersRules }).owners())).toEqual(expected);
  });

  test('B.5: links are never read', async () => {
    await world.commit('main', { OWNERS: 'approvers: [alice]', 'real.txt': 'approvers: [bob]' }, { repo });
    const { dir } = world.repository(repo);
    const git = (args: string[], input = '') =>
      execFileSync('git', ['-C', dir, ...args], { input })
        .toString()
        .trim();
    const link = git(['hash-object', '-w', '--stdin'], '../real.txt');
    const tree = git(['mktree'], `120000 blob ${link}\tOWNERS\n`);
    const root = git(['mktree'], `${git(['ls-tree', 'main'])}\n040000 tree ${tree}\ta\n`);
    const sha = git(['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit-tree', root, '-p', 'main', '-m', 'link']);
    git(['update-ref', 'refs/heads/main', sha]);
    const { number: of } = await pull({ 'x.txt': 'x' });

    const { facts } = await (await resolver())(received([pullEvent('opened')], await itemOf(of)));

    expect([...(await readsOf(facts).owners()).leafApprovers('a/x.go')]).toEqual(['alice']);
  });

  test('B.6: limited to collaborators as the host lists them', async () => {
    await world.commit('main', { OWNERS: 'approvers: [owner, stranger]' }, { repo });
    const { number: of } = await pull({ 'x.txt': 'x' });
    const { facts } = await (await resolver())(received([pullEvent('opened')], await itemOf(of)));
    const { collaborators } = world.host().reads({ ...name(), number: of });

    expect([...(await readsOf(facts, { collaborators }).owners()).topLevelApprovers()]).toEqual(['owner']);
  });
});

describe('jobs in the repository (spec jobs.md 1.8)', () => {
  const main = 'in_repo_config: {enabled: {acme: true}}';

  test.each<{ what: string; base: Record<string, string>; head: Record<string, string | null>; expected: object }>([
    {
      what: 'of the head merged into the base',
      base: { '.prow.yaml': 'presubmits: []\n' },
      head: { '.prow/new.yaml': 'postsubmits: []\n' },
      expected: { '.prow/new.yaml': 'postsubmits: []\n' },
    },
    {
      what: 'the file, where there is no folder',
      base: { '.prow.yaml': 'presubmits: []\n', 'other.yaml': 'x' },
      head: { 'a.txt': 'a' },
      expected: { '.prow.yaml': 'presubmits: []\n' },
    },
    {
      what: 'the folder first, even without jobs in it',
      base: { '.prow.yaml': 'presubmits: []\n' },
      head: { '.prow/readme.md': 'hello' },
      expected: {},
    },
    {
      what: 'what says which files do not count',
      base: { '.prow/a.yaml': 'a: 1', '.prow/b/c.yml': 'c: 1', '.prow/b/.prowignore': '*', '.prow/x.json': '{}' },
      head: { 'a.txt': 'a' },
      expected: { '.prow/a.yaml': 'a: 1', '.prow/b/c.yml': 'c: 1', '.prow/b/.prowignore': '*' },
    },
    { what: 'none', base: {}, head: { 'a.txt': 'a' }, expected: {} },
  ])('$what', async ({ base, head, expected }) => {
    await world.commit('main', { 'x.txt': 'x', ...base }, { repo });
    const { number: of } = await pull(head);

    const { facts } = await (await resolver({ main }))(received([pullEvent('opened')], await itemOf(of)));

    expect(await inRepoFiles(facts, blobs)).toEqual(new Map(Object.entries(expected)));
  });

  test('are not read where they are not enabled', async () => {
    const { number: of } = await pull({ '.prow.yaml': 'presubmits: []' });

    const { facts } = await (await resolver())(received([pullEvent('opened')], await itemOf(of)));

    expect(await inRepoFiles(facts, blobs)).toBe('notRead');
  });

  test('a push is read at the commit that was pushed, whatever came after it', async () => {
    const after = await world.commit('main', { '.prow.yaml': 'postsubmits: [] # one' }, { repo });
    await world.commit('main', { '.prow.yaml': 'postsubmits: [] # two' }, { repo });

    const { facts, brief } = await (await resolver({ main }))(received([pushEvent({ after })]));

    expect(facts).toMatchObject({ baseRef: 'main', baseSha: after });
    expect(await inRepoFiles(facts, blobs)).toEqual(new Map([['.prow.yaml', 'postsubmits: [] # one']]));
    expect(brief.story).toBe('push to main by alice');
  });

  test('so is a tag', async () => {
    const sha = await world.commit('main', { '.prow.yaml': 'postsubmits: []' }, { repo });
    const { dir } = world.repository(repo);
    execFileSync('git', ['-C', dir, '-c', 'user.name=x', '-c', 'user.email=x@x', 'tag', '-a', 'v1', '-m', 'v1', sha]);
    const after = execFileSync('git', ['-C', dir, 'rev-parse', 'v1']).toString().trim();

    const { facts } = await (await resolver({ main }))(received([pushEvent({ ref: 'refs/tags/v1', after })]));

    expect(facts?.baseRef).toBe('v1');
    expect(await inRepoFiles(facts, blobs)).toEqual(new Map([['.prow.yaml', 'postsubmits: []']]));
  });

  test('more than anybody writes is refused', async () => {
    const files = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`.prow/${i}.yaml`, 'x: 1']));
    const { number: of } = await pull(files);

    const { facts } = await (await resolver({ main }))(received([pullEvent('opened')], await itemOf(of)));

    await expect(inRepoFiles(facts, blobs)).rejects.toMatchObject({ problem: 'tooLarge' });
  });
});

describe('files that are asked for', () => {
  test('of the base, which plugins that are on are known to read of new commits', async () => {
    await world.commit('main', { '.gitattributes': '*.lock linguist-generated=true\n' }, { repo });
    const { number: of } = await pull({ 'a.lock': 'a' });
    const plugins = parsePlugins('plugins.yaml', 'plugins: {acme: {plugins: [size]}}');
    const resolve = await resolver({ plugins: () => plugins });

    const item = await itemOf(of);
    const { facts } = await resolve(received([pullEvent('opened')], item));
    const { facts: ofComment } = await resolve(received([commentEvent('/lgtm')], item));

    expect(await readsOf(facts).baseFile('.gitattributes')).toBe('*.lock linguist-generated=true\n');
    expect(await readsOf(facts).baseFile('.generated_files')).toBeUndefined();
    await expect(readsOf(ofComment).baseFile('.gitattributes')).rejects.toThrow('has not been read yet');
  });

  test('of the base and of the merge, beside what was read before, at the same commits', async () => {
    await world.commit('main', { OWNERS: 'approvers: [alice]', 'a.txt': 'base' }, { repo });
    const { number: of } = await pull({ 'a.txt': 'head', 'b/OWNERS': 'approvers: [bob]' });
    const resolve = await resolver();
    const first = await resolve(received([pullEvent('opened')], await itemOf(of)));
    await world.commit('main', { 'a.txt': 'later' }, { repo });
    const puts = blobs.puts.length;
    const wants: GitWant[] = [
      { kind: 'baseFile', path: 'a.txt' },
      { kind: 'mergedFile', path: 'b/OWNERS' },
      { kind: 'mergedFile', path: 'none' },
      { kind: 'mergedFile', path: '../../etc/passwd' },
      { kind: 'baseFile', path: ':(glob)**' },
      { kind: 'baseFile', path: 'a.txt\n' },
      { kind: 'baseFile', path: '/etc/passwd' },
      { kind: 'baseFile', path: 'x'.repeat(1_000_000) },
    ];

    const { facts } = await resolve(first.envelope, { wants, ...(first.facts && { known: first.facts }) });
    const reads = readsOf(facts);

    expect(facts).toMatchObject({ baseSha: first.facts?.baseSha, headSha: first.facts?.headSha });
    expect(await reads.baseFile('a.txt')).toBe('base');
    expect(await reads.mergedFile('b/OWNERS')).toBe('approvers: [bob]');
    expect(await reads.mergedFile('none')).toBeUndefined();
    expect(await reads.mergedFile('../../etc/passwd')).toBeUndefined();
    expect(await reads.baseFile(':(glob)**')).toBeUndefined();
    expect(await reads.baseFile('a.txt\n')).toBeUndefined();
    expect(await reads.baseFile('/etc/passwd')).toBeUndefined();
    expect(await reads.baseFile('x'.repeat(1_000_000))).toBeUndefined();
    expect((await reads.owners()).topLevelApprovers()).toEqual(new Set(['alice']));
    // OWNERS were there.
    expect(blobs.puts.length - puts).toBe(8);
  });

  test('a change that conflicts has no merge, and is told so each time', async () => {
    await world.commit('main', { 'a.txt': 'one' }, { repo });
    const { number: of } = await pull({ 'a.txt': 'two' });
    await world.commit('main', { 'a.txt': 'three' }, { repo });
    const main = 'in_repo_config: {enabled: {"*": true}}';

    const { facts } = await (await resolver({ main }))(received([pullEvent('opened')], await itemOf(of)));

    expect(facts?.unreadable).toMatchObject([{ want: { kind: 'inRepo' }, problem: 'notMergeable' }]);
    await expect(readsOf(facts).owners()).resolves.toBeDefined();
  });
});

describe('what is shared', () => {
  test('the same commits are read and stored once', async () => {
    await world.commit('main', { OWNERS: 'approvers: [alice]' }, { repo });
    const one = await pull({ 'a.txt': 'a' }, 'one');
    const two = await pull({ 'b.txt': 'b' }, 'two');
    const resolve = await resolver();

    const facts = [];
    for (const { number: of } of [one, two, one]) {
      facts.push((await resolve(received([pullEvent('opened')], await itemOf(of)))).facts);
    }

    expect(new Set(facts.map((one) => JSON.stringify(one?.read))).size).toBe(1);
    expect(blobs.puts.filter((key) => key.includes('owners'))).toHaveLength(1);
    expect(blobs.puts.find((key) => key.includes('owners'))).toMatch(
      new RegExp(`^bucket/git/forge/acme/${repo.slice(5)}/[0-9a-f]{40}/owners-[0-9a-f]{32}\\.json$`),
    );
  });

  test('what retention has deleted is read again', async () => {
    await world.commit('main', { OWNERS: 'approvers: [alice]' }, { repo });
    const { number: of } = await pull({ 'a.txt': 'a' });
    const resolve = await resolver();
    const { envelope, facts: known } = await resolve(received([pullEvent('opened')], await itemOf(of)));
    await blobs.delete(known?.read[0]?.at.key ?? '');

    const { facts } = await resolve(envelope, { wants: [{ kind: 'owners' }], ...(known && { known }) });

    expect(facts).toEqual(known);
    expect((await readsOf(facts).owners()).topLevelApprovers()).toEqual(new Set(['alice']));
  });

  test('a burst of events on one repository costs few fetches', async () => {
    const pulls = [];
    for (let index = 0; index < 5; index += 1) pulls.push(await pull({ [`f${index}`]: 'x' }, `branch-${index}`));
    const items = await Promise.all(pulls.map(async ({ number: of }) => await itemOf(of)));
    const resolve = await resolver();
    await resolve(received([pullEvent('opened')], items[0]));
    const before = world.fetches();

    await Promise.all([...items, ...items].map(async (item) => await resolve(received([commentEvent('/lgtm')], item))));

    expect(world.fetches() - before).toBeLessThanOrEqual(3);
  });
});

describe('what is gone, and what is away', () => {
  test('a repository that vanished is an outcome', async () => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = await itemOf(of);
    await world.ask('DELETE', `/repos/${repo}`, { as: 'owner' });

    const { facts, brief } = await (await resolver())(received([pullEvent('opened')], item));

    expect(brief.story).toBe('opened by carol');
    expect(facts?.unreadable).toMatchObject([{ problem: 'repositoryGone' }]);
    await expect(readsOf(facts).baseSha()).rejects.toMatchObject({ problem: 'repositoryGone' });
  });

  test('a base branch that is gone is an outcome', async () => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = await itemOf(of);
    await world.repository(repo).deleteRef('refs/heads/main');

    const { facts } = await (await resolver())(received([pullEvent('opened')], item));

    expect(facts).toMatchObject({ baseRef: 'main', baseSha: '', unreadable: [{ problem: 'baseGone' }] });
  });

  test('a head that nobody has any more is an outcome for what needs it', async () => {
    await world.commit('main', { OWNERS: 'approvers: [alice]' }, { repo });
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = await itemOf(of);
    if (item.pull) item.pull.head.sha = 'e'.repeat(40);
    const main = 'in_repo_config: {enabled: {"*": true}}';

    const { facts } = await (await resolver({ main }))(received([pullEvent('synchronize')], item));

    expect(facts?.unreadable).toMatchObject([{ want: { kind: 'inRepo' }, problem: 'headGone' }]);
    expect((await readsOf(facts).owners()).topLevelApprovers()).toEqual(new Set(['alice']));
  });

  test.each<[string, (item: Item) => void]>([
    ['branch', (item) => item.pull && (item.pull.base.ref = 'x\n+refs/heads/main:refs/heads/x')],
    ['commit', (item) => item.pull && (item.pull.head.sha = '--output=/tmp/x')],
  ])('a %s with a hostile name is gone, too', async (_what, change) => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = await itemOf(of);
    change(item);
    const main = 'in_repo_config: {enabled: {"*": true}}';

    const { facts } = await (await resolver({ main }))(received([pullEvent('opened')], item));

    expect(facts?.unreadable?.at(-1)?.problem).toMatch(/^(?:base|head)Gone$/);
  });

  test.each(['git/upload-pack', 'pulls/get'])('a host that is away at %s is waited for', async (operation) => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = withoutBranches(await itemOf(of));
    world.forge.faults.add({ operation, kind: 'status', status: 502, times: 3 });

    await expect((await resolver())(received([commentEvent('/approve')], item))).rejects.toMatchObject({
      type: 'HostUnavailable',
      nonRetryable: false,
    });
  });

  test('credentials that the host does not take are told', async () => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = await itemOf(of);
    const host: CodeHost = {
      ...world.host(),
      gitAccess: async ({ org, repo: of }) => ({
        url: `${world.forge.url}/${org}/${of}.git`,
        authorization: 'Basic eDp5',
      }),
    };

    await expect((await resolver({ host: () => host }))(received([pullEvent('opened')], item))).rejects.toMatchObject({
      type: 'HostAuth',
      nonRetryable: true,
    });
  });

  test('it stops when it is told to', async () => {
    const { number: of } = await pull({ 'a.txt': 'a' });
    const item = await itemOf(of);
    const { resolveEvent } = createResolveActivities({
      host: () => ({ ...world.host(), gitAccess: () => new Promise<never>(() => undefined) }),
      mirrors: world.mirrors({ folder: await world.folder() }),
      blobs,
      folder: 'bucket/git',
      eventsFolder: 'bucket/webhooks',
      plugins: () => parsePlugins('plugins.yaml', ''),
      config: () => ({ main: {} }) as never,
    });
    const environment = new MockActivityEnvironment();
    const running = environment.run(resolveEvent, { envelope: received([pullEvent('opened')], item) });

    environment.cancel();

    await expect(running).rejects.toThrow();
  });
});
