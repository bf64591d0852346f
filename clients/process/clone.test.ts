import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Refs } from '../../domain/job-config.ts';
import type { CloneRecord } from './clone-records.ts';
import { censored } from '../git/censored.ts';
import { createWorld, request, type World } from './test-runs.ts';

let folder: string;
let world: World;
/** A bare repository with `main` (two commits), and two pulls of which each adds a file. */
let origin: string;
let commits: { first: string; main: string; one: string; two: string };

function git(directory: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
  const dates = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };
  return execFileSync('git', [...identity, ...args], {
    cwd: directory,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, ...dates },
  }).trim();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowsprit-git-'));
  const work = join(folder, 'work');
  origin = join(folder, 'origin.git');
  git(folder, 'init', work);
  async function commit(file: string): Promise<string> {
    await writeFile(join(work, file), `${file}\n`);
    git(work, 'add', '.');
    git(work, 'commit', '-m', file);
    return git(work, 'rev-parse', 'HEAD');
  }
  const first = await commit('first');
  const main = await commit('second');
  git(work, 'checkout', '-b', 'one', first);
  const one = await commit('one');
  git(work, 'checkout', '-b', 'two', first);
  const two = await commit('two');
  git(work, 'checkout', 'main');
  git(folder, 'clone', '--bare', work, origin);
  git(origin, 'update-ref', 'refs/pull/1/head', one);
  git(origin, 'update-ref', 'refs/pull/2/head', two);
  git(origin, 'branch', '-D', 'one', 'two');
  commits = { first, main, one, two };
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  world = await createWorld({ trustPullRequests: true });
});
afterEach(() => world.close());

const repo = (more: Partial<Refs> = {}): Refs => ({
  org: 'o',
  repo: 'r',
  base_ref: 'main',
  clone_uri: origin,
  ...more,
});
const show = 'pwd; ls; git log -1 --format="%H %an %ae"; git rev-parse --abbrev-ref HEAD';

async function records(job: ReturnType<typeof request>): Promise<CloneRecord[]> {
  const found: CloneRecord[] = JSON.parse((await world.stored(job, 'clone-records.json')) ?? '[]');
  return found;
}

describe('sources are cloned', () => {
  test('extra refs of a periodic, to the branch, and the command starts in the first', async () => {
    const job = request(show, { extra_refs: [repo(), repo({ repo: 'other', base_ref: 'main' })] });

    expect(await world.run(job)).toMatchObject({ state: 'success' });

    const lines = (await world.stored(job, 'build-log.txt'))?.trim().split('\n') ?? [];
    expect(lines[0]).toBe(join(world.filesOf(job).gopath, 'src/github.com/o/r'));
    expect(lines.slice(1)).toEqual(['first', 'second', `${commits.main} t t@example.com`, 'main']);
    expect(await records(job)).toMatchObject([
      { refs: { repo: 'r' }, final_sha: commits.main },
      { refs: { repo: 'other' }, final_sha: commits.main },
    ]);
    expect(await world.stored(job, 'clone-log.txt')).toMatch(
      /^# Cloning o\/r at main\n\$ PWD=\S+ git init \(runtime: \d.*\)\n(.*\n)*# Final SHA: [0-9a-f]{40}\n# Total runtime: /,
    );
    expect(await world.storedJson(job, 'started.json')).toEqual({
      timestamp: expect.any(Number),
      repos: { 'o/r': 'main', 'o/other': 'main' },
      'repo-commit': commits.main,
      'repo-version': commits.main,
    });
    expect(await world.storedJson(job, 'finished.json')).toMatchObject({ result: 'SUCCESS', revision: 'main' });
  });

  test('59: by alias, as a file URL, at a commit, in the ref that asks for the working directory', async () => {
    const job = request(show, {
      extra_refs: [
        repo({ repo: 'other' }),
        repo({ path_alias: 'k8s.io/r', clone_uri: `file://${origin}`, base_sha: commits.first, workdir: true }),
      ],
    });

    await world.run(job);

    expect((await world.stored(job, 'build-log.txt'))?.trim().split('\n')).toEqual([
      join(world.filesOf(job).gopath, 'src/k8s.io/r'),
      'first',
      `${commits.first} t t@example.com`,
      'main',
    ]);
  });

  test('pulls are merged, and the same refs give the same commit every time', async () => {
    const pulls = [
      { number: 1, author: 'a', sha: commits.one },
      { number: 2, author: 'b', sha: '', ref: 'refs/pull/2/head' },
    ];
    const refs = repo({ base_sha: commits.main, pulls });
    const batch = (script: string) => request(script, { type: 'batch', refs });

    const shas = [];
    for (const job of [batch(show), batch(show)]) {
      expect(await world.run(job)).toMatchObject({ state: 'success' });
      const text = await world.blobs.get(
        `bucket/pr-logs/pull/batch/some-job/${job.prowJob.status.build_id}/build-log.txt`,
      );
      const lines = Buffer.from(text ?? [])
        .toString()
        .trim()
        .split('\n');
      expect(lines.slice(1, 5)).toEqual(['first', 'one', 'second', 'two']);
      expect(lines[5]).toMatch(/ci-robot ci-robot@k8s.io$/);
      shas.push(lines[5]);
    }

    expect(shas[0]).toBe(shas[1]);
  });

  test('a presubmit has its variables, its folder and its alias', async () => {
    const refs = repo({ base_sha: commits.main, pulls: [{ number: 1, author: 'a', sha: commits.one }] });
    const job = request('env | sort', { type: 'presubmit', refs }, { env: [{ name: 'MINE', value: '$(HOME)' }] });

    expect(await world.run(job)).toMatchObject({ state: 'success' });

    const build = job.prowJob.status.build_id;
    const run = `pr-logs/pull/o_r/1/some-job/${build}`;
    const text = async (key: string) => Buffer.from((await world.blobs.get(`bucket/${key}`)) ?? []).toString();
    const environment = Object.fromEntries(
      (await text(`${run}/build-log.txt`)).split('\n').map((line) => line.split('=', 2)),
    );
    expect(environment).toMatchObject({
      CI: 'true',
      JOB_NAME: 'some-job',
      JOB_TYPE: 'presubmit',
      BUILD_ID: build,
      BUILD_NUMBER: build,
      PROW_JOB_ID: job.prowJob.metadata.name,
      REPO_OWNER: 'o',
      REPO_NAME: 'r',
      PULL_NUMBER: '1',
      PULL_BASE_SHA: commits.main,
      PULL_PULL_SHA: commits.one,
      ARTIFACTS: world.filesOf(job).artifacts,
      GOPATH: world.filesOf(job).gopath,
      TMPDIR: world.filesOf(job).temporary,
      MINE: process.env['HOME'],
    });
    expect(environment).not.toHaveProperty('NODE_OPTIONS');
    expect(await text(`pr-logs/directory/some-job/${build}.txt`)).toBe(`gs://bucket/${run}`);
    expect(await world.blobs.stat(`bucket/pr-logs/directory/some-job/${build}.txt`)).toMatchObject({
      metadata: { 'x-goog-meta-link': `gs://bucket/${run}` },
    });
    expect(await text('pr-logs/directory/some-job/latest-build.txt')).toBe(build);
    expect(await text('pr-logs/pull/o_r/1/some-job/latest-build.txt')).toBe(build);
    expect(JSON.parse(await text(`${run}/started.json`))).toMatchObject({ pull: '1' });
    expect(JSON.parse(await text(`${run}/finished.json`))).toMatchObject({ revision: commits.one });
  });

  test('shallow, without tags, and only some files', async () => {
    const uri = `file://${origin}`;
    const job = request('git rev-list --count HEAD; cd ../sparse && git sparse-checkout list', {
      extra_refs: [
        repo({ clone_uri: uri, clone_depth: 1, skip_fetch_head: true, skip_submodules: true }),
        repo({ clone_uri: uri, repo: 'sparse', sparse_checkout_files: ['first'] }),
      ],
    });

    expect(await world.run(job)).toMatchObject({ state: 'success' });

    expect(await world.stored(job, 'build-log.txt')).toBe('1\nfirst\n');
    const [shallow, sparse] = await records(job);
    const fetches = (record: CloneRecord | undefined) =>
      record?.commands?.map(({ command }) => command).filter((command) => command.includes(' fetch ')) ?? [];
    expect(fetches(shallow)).toEqual([expect.stringMatching(/git fetch --depth 1 file:\S+ main$/)]);
    expect(fetches(sparse)).toEqual([expect.stringMatching(/git fetch --filter=blob:none --no-tags file:\S+ main$/)]);
    expect(shallow?.commands?.some(({ command }) => command.includes('submodule'))).toBe(false);
  });
});

describe('a clone that fails', () => {
  test('60: is a failure whose build log is the clone log, and the command never runs', async () => {
    const counter = join(world.dataDir, 'ran');
    const job = request(`touch ${counter}`, {
      extra_refs: [repo(), repo({ repo: 'gone', clone_uri: join(folder, 'gone') })],
    });

    expect(await world.run(job)).toEqual({ kind: 'ended', state: 'failure', description: 'Job failed.' });

    const log = await world.stored(job, 'clone-log.txt');
    expect(log).toContain('# FAILED\n# Cloning o/gone at main');
    expect(log).toContain('# Error: exit status 128');
    expect(await world.stored(job, 'build-log.txt')).toBe(log);
    expect(await world.storedJson(job, 'finished.json')).toMatchObject({ passed: false, result: 'FAILURE' });
    expect(await records(job)).toMatchObject([{ final_sha: commits.main }, { failed: true }]);
    expect(await world.storedNames(job)).not.toContain('ran');
  });

  test('is tried again with pauses', async () => {
    const patient = world.another({ fetchRetriesMs: [1, 600_000] });
    const late = join(folder, 'late.git');
    const job = request('true', { extra_refs: [repo({ clone_uri: late, skip_fetch_head: true })] });
    job.timeouts.pendingMs = 400;

    await patient.start(job);
    const outcome = await patient.watch(job, { heartbeat: () => undefined, signal: new AbortController().signal });

    expect(outcome).toEqual({ kind: 'ended', state: 'error', description: 'Process pending timeout.' });
    expect(await world.stored(job, 'finished.json')).toBeUndefined();
  });

  test('because the run is aborted ends at once', async () => {
    let connected = () => undefined as void;
    const connection = new Promise<void>((resolve) => (connected = resolve));
    const silent = createServer(() => connected()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const job = request('true', { extra_refs: [repo({ clone_uri: `http://127.0.0.1:${port}/o/r` })] });
    try {
      await world.executor.start(job);
      await connection;

      await world.executor.end(job, 'aborted');

      expect(await world.run(job)).toEqual({ kind: 'ended', state: 'aborted', description: 'Job aborted.' });
      expect(await world.stored(job, 'build-log.txt')).toContain('# Error: the clone was given up');
    } finally {
      silent.close();
    }
  });

  test('because a pull is gone names the pull', async () => {
    const refs = repo({ base_sha: commits.main, pulls: [{ number: 7, author: 'a', sha: 'f'.repeat(40) }] });
    const job = request('true', { extra_refs: [refs] });

    expect(await world.run(job)).toMatchObject({ state: 'failure' });
    expect(await world.stored(job, 'build-log.txt')).toContain(`#\t7(${'f'.repeat(40)})`);
  });
});

test('credentials in addresses are not recorded', () => {
  expect(censored('git fetch https://bot:hunter2@h/x.git and ssh://git@h/y, a@b')).toBe(
    'git fetch https://CENSORED@h/x.git and ssh://CENSORED@h/y, a@b',
  );
});
