/** Mirrors of repositories on a real host: the forge, over HTTP. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestPull } from '../../forge/test-world.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { gitWorld, type GitWorld } from '../../test/harness/git-world.ts';
import { createFetchRounds, type FetchWish } from './fetch-rounds.ts';
import type { WantedRefs } from './mirror.ts';
import type { Mirrors, MirrorTarget } from './mirrors.ts';
import { fileAt, filesOf, mergedTree, readFiles } from './read-tree.ts';

let world: GitWorld;
let mirrors: Mirrors;
const signal = new AbortController().signal;

beforeAll(async () => {
  world = await gitWorld();
});
beforeEach(async () => {
  world.forge.faults.clear();
  mirrors = world.mirrors({ folder: await world.folder() });
});
afterAll(async () => {
  await world.end();
});

const now = () => Date.now();
const ensure = async (wanted: Partial<WantedRefs>, target: MirrorTarget = world.target()) =>
  await mirrors.use(target, async (mirror) => await mirror.ensure({ since: now(), commits: [], ...wanted }, signal));

/** The text of a file of a tree. */
const read = async (tree: string, path: string, target: MirrorTarget = world.target()) =>
  await mirrors.use(target, async (mirror) => {
    await mirror.ensure({ since: now(), commits: [{ sha: tree, ref: 'refs/heads/main' }] }, signal);
    const entry = await fileAt(mirror, { tree, path, signal });
    if (!entry) return undefined;
    return (await readFiles(mirror, { shas: [entry.sha], maxFileBytes: 1e6, signal })).get(entry.sha)?.toString();
  });

/** A repository of its own. */
let made = 0;
async function newRepo(isPrivate = false): Promise<string> {
  const name = `repo-${(made += 1)}`;
  await world.forge.admin.createRepo('acme', { name, autoInit: true, ...(isPrivate && { isPrivate }) }, 'owner');
  return `acme/${name}`;
}

describe('what is fetched', () => {
  test('the head of a branch, its history, and files only when they are asked for', async () => {
    const sha = await world.commit('main', { 'docs/a.md': 'A\n', 'docs/b.md': 'B\n' });

    expect(await ensure({ branch: 'main' })).toEqual({ head: sha, missing: new Set() });

    const target = world.target();
    const folder = await mirrors.use(target, async (mirror) => mirror.folder);
    const objects = () =>
      execFileSync('git', ['-C', folder, 'cat-file', '--batch-all-objects', '--batch-check=%(objecttype)'])
        .toString()
        .split('\n');
    expect(objects()).not.toContain('blob');
    expect(await read(sha, 'docs/a.md')).toBe('A\n');
    expect(objects().filter((type) => type === 'blob')).toHaveLength(1);
    expect(await read(sha, 'docs/none.md')).toBeUndefined();
  });

  test('many files in one request', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`many/f${i}`, `${i}\n`]));
    const sha = await world.commit('main', files);
    await ensure({ branch: 'main' });
    const before = world.fetches();

    const texts = await mirrors.use(world.target(), async (mirror) => {
      const entries = await filesOf(mirror, { tree: sha, below: 'many', signal });
      const contents = await readFiles(mirror, { shas: entries.map((one) => one.sha), maxFileBytes: 100, signal });
      return entries.map((one) => [one.path, contents.get(one.sha)?.toString()]);
    });

    expect(Object.fromEntries(texts)).toEqual(files);
    expect(world.fetches() - before).toBe(1);
  });

  test('the head of a change, also after it was overwritten', async () => {
    const pull = await openTestPull(world, 'change');
    const head = { sha: pull.head.sha as string, ref: `refs/pull/${pull.number}/head` };

    expect((await ensure({ branch: 'main', commits: [head] })).missing.size).toBe(0);

    const moved = await world.commit('change', { 'more.txt': 'more\n' });
    mirrors = world.mirrors({ folder: await world.folder() });
    expect((await ensure({ commits: [head] })).missing.size).toBe(0);
    expect((await ensure({ commits: [{ sha: moved }] })).missing.size).toBe(0);
  });

  test('a commit that never was, beside one that is', async () => {
    const sha = await world.commit('main', { 'x.txt': `${now()}` });
    const never = 'd'.repeat(40);

    const found = await ensure({
      branch: 'main',
      commits: [{ sha: never, ref: 'refs/pull/999/head' }, { sha }, { sha: 'HEAD' }, { sha: '--upload-pack=x' }],
    });

    expect(found).toEqual({ head: sha, missing: new Set([never, 'HEAD', '--upload-pack=x']) });
  });

  test('a branch that is not there, and one that is called like a folder of another', async () => {
    const sha = await world.commit('dir', { 'x.txt': 'x' }, { from: 'main' });
    expect(await ensure({ branch: 'dir' })).toMatchObject({ head: sha });

    await world.repository().deleteRef('refs/heads/dir');
    const below = await world.commit('dir/below', { 'x.txt': 'y' }, { from: 'main' });

    expect(await ensure({ branch: 'dir/below' })).toMatchObject({ head: below });
    expect((await ensure({ branch: 'dir' })).head).toBeUndefined();
  });

  test.each(['--upload-pack=touch x', 'a..b', 'main:refs/heads/other', 'x\n+refs/heads/main:refs/mirror/x', '-x', ''])(
    'a branch called %j is only a name',
    async (branch) => {
      expect((await ensure({ branch })).head).toBeUndefined();
    },
  );

  test('a branch is moved back as well as forth', async () => {
    const first = await world.commit('moving', { 'x.txt': '1' }, { from: 'main' });
    await world.commit('moving', { 'x.txt': '2' });
    await ensure({ branch: 'moving' });
    await world.repository().moveRef('refs/heads/moving', first);

    expect((await ensure({ branch: 'moving' })).head).toBe(first);
  });
});

describe('when it is fetched', () => {
  test('a burst of events costs two fetches at most', async () => {
    await ensure({ branch: 'main' });
    const before = world.fetches();

    await Promise.all(Array.from({ length: 20 }, async () => await ensure({ branch: 'main' })));

    expect(world.fetches() - before).toBeLessThanOrEqual(2);
  });

  test('a fetch that began after the event is fresh enough for it, one from before is not', async () => {
    let clock = 1_000_000;
    mirrors = world.mirrors({ folder: await world.folder(), now: () => clock });
    const first = await world.commit('main', { 'x.txt': '1' });
    await ensure({ branch: 'main', since: clock });
    const second = await world.commit('main', { 'x.txt': '2' });
    const before = world.fetches();

    expect((await ensure({ branch: 'main', since: clock - 2000 })).head).toBe(first);
    expect(world.fetches()).toBe(before);
    // Clocks of two machines differ: what began within a second of the event may be from before it.
    expect((await ensure({ branch: 'main', since: clock - 500 })).head).toBe(second);
    clock += 10_000;
    expect((await ensure({ branch: 'main', since: clock - 5000 })).head).toBe(second);
    expect(world.fetches() - before).toBe(2);
  });

  test('commits that are here need no fetch', async () => {
    const sha = await world.commit('main', { 'x.txt': `${now()}` });
    await ensure({ branch: 'main' });
    const before = world.fetches();

    await ensure({ commits: [{ sha, ref: 'refs/heads/main' }] });

    expect(world.fetches()).toBe(before);
  });

  test('a worker that begins with a mirror of before goes on with it', async () => {
    const folder = await world.folder();
    mirrors = world.mirrors({ folder });
    await ensure({ branch: 'main' });
    const sha = await world.commit('main', { 'x.txt': `${now()}` });

    mirrors = world.mirrors({ folder });

    expect((await ensure({ branch: 'main' })).head).toBe(sha);
  });
});

describe('servers', () => {
  test('one that sends everything at once', async () => {
    const repo = await newRepo();
    execFileSync('git', ['-C', world.repository(repo).dir, 'config', 'uploadpack.allowFilter', 'false']);
    const sha = await world.commit('main', { 'a.txt': 'A' }, { repo });
    const target = world.target(repo);
    await ensure({ branch: 'main' }, target);
    const before = world.fetches();

    expect(await read(sha, 'a.txt', target)).toBe('A');
    expect(world.fetches()).toBe(before);
  });

  test('one that leaves files out and then does not give them away by themselves', async () => {
    const repo = await newRepo();
    const { dir } = world.repository(repo);
    execFileSync('git', ['-C', dir, 'config', 'uploadpack.allowAnySHA1InWant', 'false']);
    const sha = await world.commit('main', { 'a.txt': 'A' }, { repo });
    const old = await oldServer();
    try {
      const target = world.target(repo, async () => ({ url: `${old.url}/${repo}.git` }));

      expect(await read(sha, 'a.txt', target)).toBe('A');
      const folder = await mirrors.use(target, async (mirror) => mirror.folder);
      expect(existsSync(join(folder, 'bowsprit-complete'))).toBe(true);
      const next = await world.commit('main', { 'a.txt': 'B' }, { repo });
      expect(await read(next, 'a.txt', target)).toBe('B');
    } finally {
      old.close();
    }
  });

  /** The forge as it was before version 2 of git's protocol, in which everything may be asked for. */
  async function oldServer() {
    const server = createServer((incoming, outgoing) => {
      const { 'git-protocol': _version, host: _host, ...headers } = incoming.headers;
      const options = { method: incoming.method, headers };
      const onward = ask(`${world.forge.url}${incoming.url}`, options, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
  }
});

describe('failures', () => {
  const failing = async (target: MirrorTarget) =>
    await ensure({ branch: 'main' }, target).then(
      () => 'nothing',
      (error: Error & { type?: string }) => error.type ?? error.message,
    );

  test('a repository that is not there', async () => {
    expect(await failing(world.target('acme/nothing'))).toBe('HostNotFound');
  });

  test('credentials that nobody knows, and none where they are needed', async () => {
    const repo = await newRepo(true);
    const { url } = await world.host().gitAccess({ org: 'acme', repo: repo.slice(5) });
    const wrong = `Basic ${Buffer.from('x-access-token:ghp_wrong').toString('base64')}`;

    expect(await failing(world.target(repo, async () => ({ url, authorization: wrong })))).toBe('HostAuth');
    expect(await failing(world.target(repo, async () => ({ url })))).toBe('HostAuth');
    expect(await failing(world.target(repo))).toBe('nothing');
  });

  test('a host that cannot now', async () => {
    const closed = 'http://127.0.0.1:1/acme/site.git';
    expect(await failing(world.target('acme/site', async () => ({ url: closed })))).toBe('HostUnavailable');

    world.forge.faults.add({ operation: 'git/upload-pack', kind: 'status', status: 503 });
    expect(await failing(world.target())).toBe('HostUnavailable');
    expect(await failing(world.target())).toBe('nothing');
  });

  test('a host that drops the connection', async () => {
    world.forge.faults.add({ operation: 'git/upload-pack', kind: 'refuse', times: 5 });

    expect(await failing(world.target())).toBe('HostUnavailable');
  });

  test('an address that leads elsewhere is not followed, least of all with credentials', async () => {
    const asked: string[] = [];
    const other = createServer((incoming, outgoing) => {
      asked.push(incoming.url ?? '');
      outgoing.writeHead(301, { location: `${world.forge.url}/acme/site.git/info/refs?service=git-upload-pack` }).end();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const url = `http://127.0.0.1:${port}/acme/site.git`;
      expect(await failing(world.target('acme/elsewhere', async () => ({ url })))).toBe('HostNotFound');
      expect(asked).toHaveLength(1);
    } finally {
      other.close();
    }
  });

  test.each(['file:///etc', 'ext::sh -c "touch /tmp/x"', 'ssh://host/x', 'git://host/x'])(
    '%s is no address',
    async (url) => {
      expect(await failing(world.target('acme/site', async () => ({ url })))).toContain('may not use the protocol');
    },
  );

  test('a local repository, where that is allowed', async () => {
    const { dir } = world.repository();
    mirrors = world.mirrors({ folder: await world.folder(), allowFile: true });

    expect(await failing(world.target('acme/site', async () => ({ url: `file://${dir}` })))).toBe('nothing');
  });

  test('more than there is room for', async () => {
    const repo = await newRepo();
    const { dir } = world.repository(repo);
    // Bytes that cannot be packed smaller, sent so slowly that the size is looked at meanwhile.
    const noise = Buffer.from(Array.from({ length: 3_000_000 }, () => Math.floor(Math.random() * 256)));
    await world.commit('main', { 'noise.txt': noise.toString('base64') }, { repo });
    execFileSync('git', ['-C', dir, 'config', 'uploadpack.allowFilter', 'false']);
    const slow = await slowServer();
    try {
      mirrors = world.mirrors({ folder: await world.folder(), maxBytes: 100_000 });
      const target = world.target(repo, async () => ({ url: `${slow.url}/${repo}.git` }));

      expect(await failing(target)).toMatch(/Cannot fetch acme\/repo-\d+: it has more than 0 MiB/);
    } finally {
      slow.close();
    }
  });

  async function slowServer() {
    const server = createServer((incoming, outgoing) => {
      const { host: _host, ...headers } = incoming.headers;
      const onward = ask(`${world.forge.url}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on('data', (chunk: Buffer) => {
          answer.pause();
          outgoing.write(chunk);
          setTimeout(() => answer.resume(), incoming.method === 'POST' ? 50 : 0);
        });
        answer.on('end', () => outgoing.end());
      });
      outgoing.on('close', () => onward.destroy());
      onward.on('error', () => undefined);
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return { url: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) };
  }

  test('who gives up gets no answer, others do', async () => {
    await ensure({ branch: 'main' });
    const leaving = new AbortController();
    const wanted = { branch: 'main', since: now() + 10_000, commits: [] };
    const [left, stayed] = await mirrors.use(world.target(), async (mirror) => {
      const both = Promise.allSettled([mirror.ensure(wanted, leaving.signal), mirror.ensure(wanted, signal)]);
      leaving.abort(new Error('gone'));
      return await both;
    });

    expect(left).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    expect(stayed.status).toBe('fulfilled');
  });

  test('a git that is too old, or missing', async () => {
    const bin = await world.folder();
    writeFileSync(join(bin, 'git'), '#!/bin/sh\necho git version 2.37.9\n');
    mirrors = world.mirrors({ folder: await world.folder(), environment: { PATH: bin } });
    expect(await failing(world.target())).toBe('HostUnavailable');
    chmodSync(join(bin, 'git'), 0o755);
    mirrors = world.mirrors({ folder: await world.folder(), environment: { PATH: `${bin}:/bin` } });
    expect(await failing(world.target())).toBe('git 2.38 or later is needed; this is git version 2.37.9.');
  });

  test('a fetch that takes too long is ended', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      mirrors = world.mirrors({ folder: await world.folder(), fetchTimeoutMs: 300 });
      const target = world.target('acme/site', async () => ({ url: `http://127.0.0.1:${port}/acme/site.git` }));

      expect(await failing(target)).toBe('HostUnavailable');
      await expect(ensure({ branch: 'main' }, target)).rejects.toThrow('git took longer than 0.3 s');
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe('secrets', () => {
  test('are in no argument, no file and no message', async () => {
    const repo = await newRepo(true);
    const sha = await world.commit('main', { 'a.txt': 'A' }, { repo });
    const bin = await world.folder();
    const log = join(bin, 'arguments');
    writeFileSync(
      join(bin, 'git'),
      `#!/bin/sh\ncat /proc/$$/cmdline >> ${log}\nexec ${execFileSync('sh', ['-c', 'command -v git']).toString().trim()} "$@"\n`,
    );
    chmodSync(join(bin, 'git'), 0o755);
    const folder = await world.folder();
    mirrors = world.mirrors({ folder, environment: { PATH: `${bin}:${process.env['PATH']}` } });

    expect(await read(sha, 'a.txt', world.target(repo))).toBe('A');

    const token = world.tokens['owner'] ?? '';
    const header = Buffer.from(`x-access-token:${token}`).toString('base64');

    expect(readFileSync(log, 'utf8')).toContain('fetch');
    const texts = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    for (const text of [readFileSync(log, 'latin1'), ...texts]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(header);
    }
    const refused = world.target('acme/nothing', async () => ({
      url: `http://user:hunter2@127.0.0.1:1/acme/nothing.git`,
      authorization: `Basic ${header}`,
    }));
    await expect(ensure({ branch: 'main' }, refused)).rejects.toThrow(/^(?!.*hunter2)/);
    await expect(ensure({ branch: 'main' }, refused)).rejects.not.toThrow(header);
  });
});

describe('a mirror', () => {
  const folderOf = async (repo?: string) => await mirrors.use(world.target(repo), async (mirror) => mirror.folder);
  const packs = (folder: string) =>
    readdirSync(join(folder, 'objects', 'pack')).filter((name) => name.endsWith('.pack'));

  test('that is damaged is made anew', async () => {
    const repo = await newRepo();
    const sha = await world.commit('main', { 'a.txt': 'A' }, { repo });
    await ensure({ branch: 'main' }, world.target(repo));
    const folder = await folderOf(repo);
    for (const name of packs(folder)) {
      chmodSync(join(folder, 'objects', 'pack', name), 0o600);
      truncateSync(join(folder, 'objects', 'pack', name), 40);
    }

    expect(await read(sha, 'a.txt', world.target(repo))).toBe('A');
  });

  test.each(['folder', 'HEAD'])('whose %s is gone is made anew', async (what) => {
    const repo = await newRepo();
    const sha = await world.commit('main', { 'a.txt': 'A' }, { repo });
    await ensure({ branch: 'main' }, world.target(repo));
    const folder = await folderOf(repo);
    execFileSync('rm', ['-r', what === 'HEAD' ? join(folder, 'HEAD') : folder]);

    const all = await Promise.all([1, 2, 3].map(async () => await read(sha, 'a.txt', world.target(repo))));
    expect(all).toEqual(['A', 'A', 'A']);
  });

  test('goes on after a git that was killed', async () => {
    const repo = await newRepo();
    await ensure({ branch: 'main' }, world.target(repo));
    const folder = await folderOf(repo);
    const [ref = ''] = readdirSync(join(folder, 'refs', 'mirror'));
    const lock = join(folder, 'refs', 'mirror', `${ref}.lock`);
    writeFileSync(lock, '');
    const sha = await world.commit('main', { 'a.txt': 'B' }, { repo });

    await expect(ensure({ branch: 'main' }, world.target(repo))).rejects.toMatchObject({ type: 'HostUnavailable' });
    utimesSync(lock, new Date(0), new Date(0));
    expect((await ensure({ branch: 'main' }, world.target(repo))).head).toBe(sha);
  });

  test('has no hooks, and runs none', async () => {
    await ensure({ branch: 'main' });

    expect(existsSync(join(await folderOf(), 'hooks'))).toBe(false);
  });

  test('is tidied up after many fetches, and stays readable', async () => {
    mirrors = world.mirrors({ folder: await world.folder(), packs: 4 });
    const repo = await newRepo();
    const target = world.target(repo);
    let sha = '';
    for (let round = 0; round < 8; round += 1) {
      sha = await world.commit('main', { 'a.txt': `${round}` }, { repo });
      await ensure({ branch: 'main' }, target);
    }
    const folder = await folderOf(repo);

    await eventually(() => packs(folder).length <= 4, 'packs are put together');
    expect(await read(sha, 'a.txt', target)).toBe('7');
  });
});

describe('merges', () => {
  const merged = async (base: string, head: string) =>
    await mirrors.use(world.target(), async (mirror) => {
      await mirror.ensure({ since: now(), commits: [{ sha: base }, { sha: head }] }, signal);
      const tree = await mergedTree(mirror, { base, head, signal });
      if (tree === undefined) return undefined;
      const entries = await filesOf(mirror, { tree, signal });
      const contents = await readFiles(mirror, { shas: entries.map((one) => one.sha), maxFileBytes: 1e6, signal });
      return Object.fromEntries(entries.map((one) => [one.path, contents.get(one.sha)?.toString()]));
    });
  const lines = (...changes: [number, string][]) =>
    Array.from({ length: 20 }, (_, index) => changes.find(([at]) => at === index)?.[1] ?? `${index}`).join('\n');

  test('files that both have changed, in different places', async () => {
    await world.commit('merge-a', { 'both.txt': lines() }, { from: 'main' });
    const head = await world.commit(
      'merge-b',
      { 'both.txt': lines([1, 'one']), 'new.txt': 'new' },
      { from: 'merge-a' },
    );
    const base = await world.commit('merge-a', { 'both.txt': lines([18, 'eighteen']) });

    expect(await merged(base, head)).toMatchObject({
      'both.txt': lines([1, 'one'], [18, 'eighteen']),
      'new.txt': 'new',
    });
  });

  test('conflicts, and histories that have nothing in common', async () => {
    await world.commit('merge-c', { 'both.txt': lines() }, { from: 'main' });
    const head = await world.commit('merge-d', { 'both.txt': lines([1, 'one']) }, { from: 'merge-c' });
    const base = await world.commit('merge-c', { 'both.txt': lines([1, 'eins']) });
    expect(await merged(base, head)).toBeUndefined();

    const { dir } = world.repository();
    const tree = execFileSync('git', ['-C', dir, 'rev-parse', `${base}^{tree}`])
      .toString()
      .trim();
    const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
    const orphan = execFileSync('git', ['-C', dir, ...identity, 'commit-tree', tree, '-m', 'alone'])
      .toString()
      .trim();
    execFileSync('git', ['-C', dir, 'update-ref', 'refs/heads/orphan', orphan]);
    expect(await merged(base, orphan)).toBeUndefined();
  });
});

describe('links', () => {
  test('lead to files of the repository and nowhere else', async () => {
    const { dir } = world.repository();
    const main = await world.commit('main', { 'real/file.txt': 'real' });
    const git = (args: string[], input = '') =>
      execFileSync('git', ['-C', dir, ...args], { input })
        .toString()
        .trim();
    const targets = {
      good: 'real/file.txt',
      out: '../../../etc/passwd',
      absolute: '/etc/passwd',
      loop: 'loop',
      dir: 'real',
    };
    const entries = Object.entries(targets).map(([name, target]) => {
      return `120000 blob ${git(['hash-object', '-w', '--stdin'], target)}\t${name}`;
    });
    const tree = git(['mktree'], [...entries, git(['ls-tree', main, 'real'])].join('\n'));
    const sha = git(['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit-tree', tree, '-m', 'links']);
    git(['update-ref', 'refs/heads/links', sha]);

    const texts: Record<string, string | undefined> = {};
    for (const name of Object.keys(targets)) texts[name] = await read(sha, name);

    expect(texts).toEqual({ good: 'real', out: undefined, absolute: undefined, loop: undefined, dir: undefined });
  });
});

describe('rounds of fetches', () => {
  /** A fetch that ends when the test says so. */
  function held() {
    const wishes: FetchWish[] = [];
    const ends: (() => void)[] = [];
    const aborted: boolean[] = [];
    const rounds = createFetchRounds(async (wish, stop) => {
      wishes.push(wish);
      const at = wishes.length - 1;
      await new Promise<void>((resolve, reject) => {
        ends.push(resolve);
        stop.addEventListener('abort', () => {
          aborted[at] = true;
          reject(new Error('stopped'));
        });
      });
    });
    return { wishes, ends, aborted, rounds };
  }
  const branch = (name: string) => ({ branches: [name], commits: [] });

  test('wishes that come during one are served by the next, together', async () => {
    const { wishes, ends, rounds } = held();
    const first = rounds.join(branch('a'), signal);
    await eventually(() => ends.length === 1, 'fetch 1 has begun');
    const others = Promise.all([rounds.join(branch('b'), signal), rounds.join(branch('c'), signal)]);

    ends[0]?.();
    await first;
    await eventually(() => ends.length === 2, 'fetch 2 has begun');
    ends[1]?.();
    await others;

    expect(wishes.map(({ branches }) => branches)).toEqual([['a'], ['b', 'c']]);
  });

  test('one that nobody waits for is given up, and one that has not begun never begins', async () => {
    const { wishes, ends, aborted, rounds } = held();
    const one = new AbortController();
    const two = new AbortController();
    const first = rounds.join(branch('a'), one.signal);
    await eventually(() => ends.length === 1, 'fetch 1 has begun');
    const second = rounds.join(branch('b'), two.signal);
    two.abort(new Error('two'));
    await expect(second).rejects.toThrow('two');
    const third = rounds.join(branch('c'), signal);
    one.abort(new Error('one'));
    await expect(first).rejects.toThrow('one');

    await eventually(() => ends.length === 2, 'fetch 2 has begun');
    ends[1]?.();
    await third;

    expect(aborted).toEqual([true]);
    expect(wishes.map(({ branches }) => branches)).toEqual([['a'], ['c']]);
  });
});
