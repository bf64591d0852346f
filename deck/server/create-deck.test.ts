import { afterEach, describe, expect, test } from '@jest/globals';
import type { ProwJob } from '../../domain/prowjob.ts';
import { createFakeDeck, fakeHost, type FakeDeck, type FakeDeckOptions } from '../../test/fakes/deck.ts';
import { fakeRunKey } from '../../test/fakes/prowjobs.ts';
import { endedProwJob, prowJob } from '../../test/fixtures/prowjob.ts';
import type { JobList, RunPage } from '../api.ts';

// Numbers in names are those of spec deck.md section 8.

let deck: FakeDeck;

afterEach(async () => {
  await deck?.close();
});

async function deckWith(prowJobs: readonly ProwJob[], options: FakeDeckOptions = {}): Promise<void> {
  deck = await createFakeDeck({ ...options, prowJobs });
}

const ask: FakeDeck['ask'] = async (path, asked) => await deck.ask(path, asked);

async function namesAt(url: string): Promise<string[]> {
  const { items } = (await ask(url)).json<{ items: ProwJob[] }>();
  return items.map(({ metadata }) => metadata.name);
}

const refs = (repo: string, author?: string) => {
  const [org = '', name = ''] = repo.split('/');
  return { org, repo: name, base_ref: 'main', ...(author && { pulls: [{ number: 5, author, sha: 'abc1234' }] }) };
};

describe('the list as data', () => {
  test('line 1: var makes a script that sets the variable', async () => {
    await deckWith([endedProwJob('success')]);

    const answer = await ask('/prowjobs.js?var=allBuilds');

    expect(answer.headers['content-type']).toMatch(/^application\/javascript/);
    expect(answer.body).toMatch(/^var allBuilds = \{.*\};$/s);
  });

  test.each(['a-b', '1a', 'x'.repeat(65), 'a;alert(1)', ''])('line 1 [fix]: var=%s is refused', async (name) => {
    await deckWith([]);

    const answer = await ask(`/prowjobs.js?var=${encodeURIComponent(name)}`);

    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: string }>().error).toMatch(/var/);
  });

  test('line 2: omit=pod_spec leaves as many empty containers as there were', async () => {
    await deckWith([endedProwJob('success', { spec: { pod_spec: { containers: [{ name: 'a' }, { name: 'b' }] } } })]);

    const { items } = (await ask('/prowjobs.js?omit=pod_spec')).json<{ items: ProwJob[] }>();

    expect(items[0]?.spec.pod_spec).toEqual({ containers: [{}, {}] });
  });

  test('the complete ProwJob is answered, with what the list does not keep in memory', async () => {
    const job = endedProwJob('success', { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } });
    await deckWith([job]);

    const { items } = (await ask('/prowjobs.js')).json<{ items: ProwJob[] }>();

    expect(items).toEqual([job]);
  });

  const byRepo = [
    { name: 'extra', given: { extra_refs: [refs('x/y'), refs('o/r')] }, found: true },
    { name: 'refs elsewhere', given: { refs: refs('x/y'), extra_refs: [refs('o/r')] }, found: false },
    { name: 'org and repo of different refs [fix]', given: { extra_refs: [refs('o/a'), refs('b/r')] }, found: false },
    { name: 'refs', given: { refs: refs('o/r') }, found: true },
  ];
  test.each(byRepo)('line 3: org=o and repo=r, $name: $found', async ({ given, found }) => {
    await deckWith([endedProwJob('success', { spec: given })]);

    expect(await namesAt('/prowjobs.js?org=o&repo=r')).toHaveLength(found ? 1 : 0);
  });

  test('line 4: owner finds pulls by the author, batches included, and no periodic', async () => {
    const batch = refs('o/r', 'b');
    batch.pulls?.push({ number: 6, author: 'a', sha: 'def' });
    const found = endedProwJob('success', { spec: { type: 'batch', refs: batch } });
    await deckWith([endedProwJob('success'), found]);

    expect(await namesAt('/prowjobs.js?owner=a')).toEqual([found.metadata.name]);
    expect(await namesAt('/prowjobs.js?owner=A')).toEqual([]);
  });

  test('line 5: newest start first, then by job', async () => {
    const at = (job: string, startTime: string) => endedProwJob('success', { spec: { job }, status: { startTime } });
    await deckWith([at('b', '2026-11-24T12:00:00Z'), at('a', '2026-11-24T12:00:00Z'), at('z', '2026-11-24T13:00:00Z')]);

    const { items } = (await ask('/prowjobs.js')).json<{ items: ProwJob[] }>();

    expect(items.map(({ spec }) => spec.job)).toEqual(['z', 'a', 'b']);
  });

  test('the list has an ETag, and is not sent again while nothing changed', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    const { headers } = await ask('/prowjobs.js');
    const etag = String(headers.etag);

    const again = await ask('/prowjobs.js', { headers: { 'if-none-match': etag } });
    await deck.prowJobs.put(endedProwJob('failure'));
    await deck.settled();
    const changed = await ask('/prowjobs.js', { headers: { 'if-none-match': etag } });

    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect(changed.statusCode).toBe(200);
  });

  test('a long list is compressed for those who can read that', async () => {
    await deckWith(Array.from({ length: 20 }, () => endedProwJob('success')));

    expect((await ask('/prowjobs.js', { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBe(
      'gzip',
    );
  });

  test('limit and offset page through the list, and the total is told', async () => {
    const jobs = ['a', 'b', 'c', 'd'].map((job) => endedProwJob('success', { spec: { job } }));
    await deckWith(jobs);

    const answer = await ask('/prowjobs.js?limit=2&offset=1');

    expect(answer.json<{ items: ProwJob[] }>().items.map(({ spec }) => spec.job)).toEqual(['b', 'c']);
    expect(answer.headers['x-total-count']).toBe('4');
    expect((await ask('/prowjobs.js?limit=-1')).statusCode).toBe(400);
  });

  test('/data.js has the flat form', async () => {
    const job = endedProwJob('success', { status: { startTime: '2026-11-24T12:00:00Z', url: 'https://x/view/1' } });
    await deckWith([job, prowJob({ status: { startTime: '2026-11-24T11:00:00Z' } })]);

    const [ended, open] = (await ask('/data.js')).json<Record<string, unknown>[]>();

    expect(ended).toMatchObject({
      type: 'periodic',
      job: 'echo-test',
      build_id: job.status.build_id,
      started: '1795521600',
      duration: '12s',
      state: 'success',
      url: 'https://x/view/1',
      prow_job: job.metadata.name,
    });
    expect(open).toMatchObject({ finished: '', duration: '', state: 'triggered' });
  });
});

describe('one run', () => {
  test('line 6: /prowjob answers YAML, 400 without a name, 404 for an unknown one', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);

    const known = await ask(`/prowjob?prowjob=${job.metadata.name}`);

    expect(known.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(known.body).toMatch(/^apiVersion: prow\.k8s\.io\/v1\nkind: ProwJob\n/);
    expect(known.body).not.toMatch(/managedFields/);
    expect((await ask('/prowjob?prowjob=')).statusCode).toBe(400);
    expect((await ask('/prowjob?prowjob=nobody')).statusCode).toBe(404);
  });

  test('a job that waits has no record: its workflow says what it is', async () => {
    const job = prowJob();
    await deckWith([job]);

    expect((await ask(`/prowjob?prowjob=${job.metadata.name}`)).body).toMatch(/image: alpine/);
  });

  test('line 12: /log needs a job and an id, and is open to other hosts', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    deck.appendLog(job, 'Tue Nov 24\n');

    const log = await ask(`/log?job=echo-test&id=${job.status.build_id}`);

    expect([log.statusCode, log.body]).toEqual([200, 'Tue Nov 24\n']);
    expect(log.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    expect((await ask('/log?job=j')).statusCode).toBe(400);
    expect((await ask('/log?job=echo-test&id=1')).statusCode).toBe(404);
  });

  test('a log is followed by offset until it is complete', async () => {
    const job = prowJob({ status: { state: 'pending', build_id: '7' } });
    await deckWith([job]);
    const at = async (offset: number) => {
      const { body, headers } = await ask(`/log?job=echo-test&id=7&offset=${offset}`);
      return { body, next: headers['x-log-next'], complete: headers['x-log-complete'] };
    };

    expect(await at(0)).toEqual({ body: '', next: '0', complete: 'false' });
    deck.appendLog(job, 'one\n');
    expect(await at(0)).toEqual({ body: 'one\n', next: '4', complete: 'false' });
    deck.appendLog(job, 'two\n');
    expect(await at(4)).toEqual({ body: 'two\n', next: '8', complete: 'false' });
    await deck.prowJobs.put({
      ...job,
      status: { ...job.status, state: 'success', completionTime: '2026-11-24T12:01:00Z' },
    });
    await deck.settled();
    expect(await at(8)).toEqual({ body: '', next: '8', complete: 'true' });
    expect((await ask('/log?job=echo-test&id=7&offset=x')).statusCode).toBe(400);
  });

  test('a run that ended without a log has a complete one', async () => {
    const job = endedProwJob('error');
    await deckWith([job]);

    const { headers } = await ask(`/log?job=echo-test&id=${job.status.build_id}&offset=0`);

    expect(headers['x-log-complete']).toBe('true');
  });

  test('a log of many pieces arrives whole', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    const text = 'x'.repeat(3_500_000);
    deck.appendLog(job, text);

    expect((await ask(`/log?job=echo-test&id=${job.status.build_id}`)).body).toBe(text);
  });

  test('its page has data, artifacts, and links to YAML and the history in the Temporal UI', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    await deck.blobs.put(`${fakeRunKey(job)}/artifacts/junit 1.xml`, '<testsuite/>');

    const answer = await ask(`/api/run?src=prowjob/echo-test/${job.status.build_id}`);

    const page = answer.json<RunPage>();
    expect(page.prowJob).toEqual(job);
    expect(page.artifacts.map(({ name }) => name)).toEqual(['artifacts/junit 1.xml', 'prowjob.json']);
    expect(page.artifacts[0]?.href).toMatch(/^\/artifact\/bucket\/logs\/echo-test\/\d+\/artifacts\/junit%201\.xml$/);
    expect(page.row?.temporalUrl).toBe(
      `http://127.0.0.1:8233/namespaces/default/workflows/periodic%3Aecho-test/${job.metadata.name}/history`,
    );
    expect((await ask(`/view/prowjob/echo-test/${job.status.build_id}`)).statusCode).toBe(200);
  });

  test('a run that Temporal has forgotten stays reachable by its place in storage', async () => {
    const job = endedProwJob('failure');
    await deckWith([job]);
    const key = fakeRunKey(job);
    await deck.blobs.put(`${key}/build-log.txt`, 'old log');
    deck.prowJobs.remove(job.metadata.name);
    await deck.close();
    const { blobs } = deck;
    deck = await createFakeDeck();
    for await (const { key: each } of blobs.list('')) await deck.blobs.put(each, (await blobs.get(each)) ?? '');

    const page = (await ask(`/api/run?src=gs/${key}`)).json<RunPage>();

    expect(page).toMatchObject({ job: 'echo-test', prowJob: job });
    expect(page.row).toBeUndefined();
    expect((await ask(page.log)).body).toBe('old log');
    expect((await ask(`/view/gs/${key}`)).statusCode).toBe(200);
  });

  test.each([
    ['gs/bucket/../../etc/passwd/x', 400],
    ['gs/bucket//x/1', 400],
    ['gs/bucket/a\\b/1', 400],
    ['gs/b', 400],
    ['ftp/bucket/logs/j/1', 404],
    ['gs/bucket/logs/nobody/1', 404],
    ['prowjob/nobody/1', 404],
    ['prowjob/a/b/c', 404],
  ])('an address that names no run, %s, answers %i', async (source, status) => {
    await deckWith([]);

    expect((await ask(`/api/run?src=${encodeURIComponent(source)}`)).statusCode).toBe(status);
  });

  test('what a job writes among its artifacts is no record of another run', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    const key = `${fakeRunKey(job)}/artifacts/other/1`;
    await deck.blobs.put(`${key}/prowjob.json`, JSON.stringify(job));

    expect((await ask(`/api/run?src=gs/${key}`)).statusCode).toBe(404);
  });
});

describe('artifacts', () => {
  const cases = [
    { file: 'artifacts/page.html', type: 'application/octet-stream', disposition: 'attachment' },
    { file: 'artifacts/image.svg', type: 'application/octet-stream', disposition: 'attachment' },
    { file: 'artifacts/junit.xml', type: 'text/plain; charset=utf-8', disposition: 'inline' },
    { file: 'build-log.txt', type: 'text/plain; charset=utf-8', disposition: 'inline' },
    { file: 'artifacts/shot.png', type: 'image/png', disposition: 'inline' },
    { file: 'artifacts/no-ending', type: 'application/octet-stream', disposition: 'attachment' },
  ];
  test.each(cases)('$file is served as $type, sandboxed', async ({ file, type, disposition }) => {
    const job = endedProwJob('success');
    await deckWith([job]);
    await deck.blobs.put(`${fakeRunKey(job)}/${file}`, '<script>alert(1)</script>');

    const { headers, statusCode } = await ask(`/artifact/${fakeRunKey(job)}/${file}`);

    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'content-disposition': disposition,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
  });

  test('objects outside of runs are not served', async () => {
    await deckWith([]);
    await deck.blobs.put('bucket/logs/echo-test/latest-build.txt', '1');

    expect((await ask('/artifact/bucket/logs/echo-test/latest-build.txt')).statusCode).toBe(404);
    expect((await ask('/artifact/bucket/..%2f..%2fetc/passwd')).statusCode).toBe(404);
  });
});

describe('rerun and abort', () => {
  test('line 21: GET /rerun shows what would be created, and creates nothing', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);

    const answer = await ask(`/rerun?prowjob=${job.metadata.name}`);

    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toMatch(/kind: ProwJob/);
    expect(answer.body).not.toMatch(new RegExp(`^ {2}name: ${job.metadata.name}$`, 'm'));
    expect(deck.prowJobs.started).toEqual([]);
  });

  test.each(['original', 'latest'])(
    'POST /rerun?mode=%s starts the job again and leaves an audit line',
    async (mode) => {
      const job = endedProwJob('success');
      await deckWith([job]);

      const answer = await ask(`/rerun?mode=${mode}&prowjob=${job.metadata.name}`, { method: 'POST' });

      expect(answer.statusCode).toBe(200);
      expect(deck.prowJobs.started).toEqual([{ rerun: { prowJob: job.metadata.name, mode } }]);
      expect(deck.logLines).toContainEqual(
        expect.objectContaining({ audit: 'rerun', allowed: true, job: 'echo-test' }),
      );
    },
  );

  test('line 24: mode=latest of a job that is no longer configured answers 400', async () => {
    const job = endedProwJob('success', { spec: { job: 'gone' } });
    await deckWith([job]);

    const answer = await ask(`/rerun?mode=latest&prowjob=${job.metadata.name}`, { method: 'POST' });

    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: string }>().error).toMatch(/gone/);
    expect((await ask(`/rerun?mode=newest&prowjob=${job.metadata.name}`)).statusCode).toBe(400);
  });

  test('line 22 [fix]: without a login only jobs that allow anyone are acted upon; others answer 501 and nothing happens', async () => {
    const closed = prowJob({ status: { state: 'pending', build_id: '1' } });
    await deckWith([closed], { settings: { authorization: 'config' } });

    const rerun = await ask(`/rerun?prowjob=${closed.metadata.name}`, { method: 'POST' });
    const abort = await ask(`/abort?prowjob=${closed.metadata.name}`, { method: 'POST' });

    expect([rerun.statusCode, abort.statusCode]).toEqual([501, 501]);
    expect(rerun.json<{ error: string }>().error).toMatch(/rerun_auth_config/);
    expect([deck.prowJobs.started, deck.prowJobs.aborted]).toEqual([[], []]);
    expect(deck.logLines).toContainEqual(expect.objectContaining({ audit: 'abort', allowed: false }));
  });

  test.each([
    { where: 'the job', spec: { rerun_auth_config: { allow_anyone: true } }, deckConfig: {} },
    {
      where: 'the installation',
      spec: {},
      deckConfig: { default_rerun_auth_configs: [{ repo: '*', rerun_auth_configs: { allow_anyone: true } }] },
    },
  ])('line 28: allow_anyone of $where lets anybody act', async ({ spec, deckConfig }) => {
    const job = prowJob({ spec, status: { state: 'pending', build_id: '1' } });
    await deckWith([job], { settings: { authorization: 'config' }, deckConfig });

    expect((await ask(`/abort?prowjob=${job.metadata.name}`, { method: 'POST' })).statusCode).toBe(200);
    expect(deck.prowJobs.aborted).toEqual([job.metadata.name]);
  });

  test.each(['scheduling', 'triggered', 'pending'] as const)('line 26: a %s job is aborted', async (state) => {
    const job = prowJob({ status: { state } });
    await deckWith([job]);

    expect((await ask(`/abort?prowjob=${job.metadata.name}`, { method: 'POST' })).statusCode).toBe(200);
    expect(deck.prowJobs.aborted).toEqual([job.metadata.name]);
  });

  test('line 26: a job that has ended cannot be aborted, and GET aborts nothing', async () => {
    const job = endedProwJob('success');
    const open = prowJob({ status: { state: 'pending' } });
    await deckWith([job, open]);

    const ended = await ask(`/abort?prowjob=${job.metadata.name}`, { method: 'POST' });
    const got = await ask(`/abort?prowjob=${open.metadata.name}`);

    expect(ended.statusCode).toBe(400);
    expect(got.statusCode).toBe(405);
    expect((await ask('/abort?prowjob=nobody', { method: 'POST' })).statusCode).toBe(404);
    expect((await ask('/abort', { method: 'POST' })).statusCode).toBe(400);
    expect((await ask(`/rerun?prowjob=${open.metadata.name}`, { method: 'PUT' })).statusCode).toBe(405);
    expect(deck.prowJobs.aborted).toEqual([]);
  });
});

describe('who may ask', () => {
  test.each([
    [fakeHost, 200],
    ['evil.example:8080', 403],
    ['127.0.0.1:9', 403],
  ])('Host %s answers %i, against names that somebody else resolves to us', async (host, status) => {
    await deckWith([]);

    expect((await ask('/', { headers: { host } })).statusCode).toBe(status);
    expect((await ask('/prowjobs.js', { headers: { host } })).statusCode).toBe(status);
  });

  test('probes need no name', async () => {
    await deckWith([]);

    expect((await ask('/healthz', { headers: { host: '10.0.0.1:8080' } })).statusCode).toBe(200);
    expect((await ask('/healthz/ready', { headers: { host: '10.0.0.1:8080' } })).statusCode).toBe(200);
  });

  test.each([
    ['the page itself', { origin: `http://${fakeHost}`, 'sec-fetch-site': 'same-origin' }, 200],
    ['a program', {}, 200],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['another port', { origin: 'http://127.0.0.1:9' }, 403],
    ['no origin in particular', { origin: 'null' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another host of the site', { 'sec-fetch-site': 'same-site' }, 403],
  ])('line 23: a POST by %s', async (_who, headers: Record<string, string>, status) => {
    const job = prowJob({ status: { state: 'pending' } });
    await deckWith([job]);

    const answer = await ask(`/abort?prowjob=${job.metadata.name}`, { method: 'POST', headers });

    expect(answer.statusCode).toBe(status);
    expect(deck.prowJobs.aborted).toHaveLength(status === 200 ? 1 : 0);
  });

  test('pages load and run nothing from elsewhere, and nobody frames them', async () => {
    await deckWith([]);

    const { headers } = await ask('/');

    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store, must-revalidate',
    });
  });

  test('line 8: what is not there answers 404, in JSON', async () => {
    await deckWith([]);

    const answer = await ask('/nope');

    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: expect.any(String) });
  });

  test('errors of our own are not told to others', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    deck.blobs.failure = 'password=hunter2';

    const answer = await ask(`/prowjob?prowjob=${job.metadata.name}`);

    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/hunter2/);
  });
});

describe('hidden jobs and tenants', () => {
  const hidden = { extra_refs: [refs('o/x')] };
  const viewer = { showHidden: false, hiddenOnly: false, tenantIds: [] };

  test.each([
    ['plain', viewer, ['open']],
    ['show-hidden', { ...viewer, showHidden: true }, ['hidden', 'open']],
    ['hidden-only', { ...viewer, hiddenOnly: true }, ['hidden']],
  ])('line 33: a job with a hidden extra repository on a %s Deck', async (_name, seenBy, expected) => {
    await deckWith(
      [
        endedProwJob('success', { spec: { job: 'hidden', ...hidden } }),
        endedProwJob('success', { spec: { job: 'open' } }),
      ],
      { settings: { viewer: seenBy }, deckConfig: { hidden_repos: ['o'] } },
    );

    const { items } = (await ask('/api/jobs')).json<JobList>();

    expect(items.map(({ job }) => job)).toEqual(expected);
  });

  const tenant = (id: string, more = {}) => ({ prowjob_defaults: { tenant_id: id }, ...more });
  test.each([
    ['tenant a and hidden, Deck of a', ['a'], tenant('a', hidden), true],
    ['no tenant, Deck of a', ['a'], {}, false],
    ['default tenant, plain Deck', [], tenant('GlobalDefaultID'), true],
    ['tenant b, plain Deck', [], tenant('b'), false],
  ])('line 34: %s', async (_name, tenantIds: string[], spec, isShown) => {
    await deckWith([endedProwJob('success', { spec })], {
      settings: { viewer: { ...viewer, tenantIds } },
      deckConfig: { hidden_repos: ['o'] },
    });

    expect((await ask('/api/jobs')).json<JobList>().items).toHaveLength(isShown ? 1 : 0);
  });

  test('lines 12 and 36 [fix]: no route tells of a hidden job', async () => {
    const job = endedProwJob('success', { spec: hidden });
    const open = prowJob({ spec: hidden, status: { state: 'pending', build_id: '3' } });
    await deckWith([job, open], { deckConfig: { hidden_repos: ['o/x'] } });
    await deck.blobs.put(`${fakeRunKey(job)}/build-log.txt`, 'secret');
    deck.appendLog(job, 'secret');
    // A hidden job may try to look like an open one below its own folder.
    await deck.blobs.put(`${fakeRunKey(job)}/artifacts/prowjob.json`, JSON.stringify(endedProwJob('success')));
    const { name } = job.metadata;
    const id = job.status.build_id;

    for (const url of [
      `/prowjob?prowjob=${name}`,
      `/rerun?prowjob=${name}`,
      `/log?job=echo-test&id=${id}`,
      `/log?src=gs/${fakeRunKey(job)}`,
      `/api/run?src=prowjob/echo-test/${id}`,
      `/api/run?src=gs/${fakeRunKey(job)}`,
      `/view/prowjob/echo-test/${id}`,
      `/view/gs/${fakeRunKey(job)}`,
      `/artifact/${fakeRunKey(job)}/build-log.txt`,
      `/artifact/${fakeRunKey(job)}/artifacts/prowjob.json`,
    ]) {
      expect([url, (await ask(url)).statusCode]).toEqual([url, 404]);
    }
    for (const url of [`/rerun?prowjob=${name}`, `/abort?prowjob=${open.metadata.name}`]) {
      expect([url, (await ask(url, { method: 'POST' })).statusCode]).toEqual([url, 404]);
    }
    expect(await namesAt('/prowjobs.js')).toEqual([]);
    expect((await ask('/data.js')).json()).toEqual([]);
  });
});

describe('line 40: buckets that are not those of the configuration', () => {
  const path = 'foreign/logs/echo-test/1';

  test.each<[string, object, object, number]>([
    ['are refused where results are in buckets', { buckets: true }, {}, 400],
    ['are refused where the configuration says so', {}, { skip_storage_path_validation: false }, 400],
    [
      'are looked for when they are allowed',
      { buckets: true },
      { additional_allowed_buckets: ['foreign'], skip_storage_path_validation: false },
      404,
    ],
    ['are looked for when nothing is checked', { buckets: true }, { skip_storage_path_validation: true }, 404],
    ['are folders like others where results are in one folder', {}, {}, 404],
  ])('%s', async (_name, settings, deckConfig, status) => {
    await deckWith([], { settings, deckConfig });

    const answer = await ask(`/artifact/${path}/build-log.txt`);

    expect(answer.statusCode).toBe(status);
    expect((await ask(`/view/gs/${path}`)).statusCode).toBe(status);
    if (status === 400) expect(answer.body).toContain('additional_allowed_buckets');
  });

  test('runs in s3:// buckets are found by path', async () => {
    const job = endedProwJob('success');
    await deckWith([job]);
    const key = `s3:${fakeRunKey(job).replace(/^[^/]*/, 'results')}`;
    await deck.blobs.put(`${key}/prowjob.json`, JSON.stringify(job));
    await deck.blobs.put(`${key}/build-log.txt`, 'from S3');

    expect((await ask(`/view/${key.replace(':', '/')}`)).statusCode).toBe(200);
    expect((await ask(`/artifact/${key}/build-log.txt`)).body).toBe('from S3');
  });
});

describe('the state of Deck itself', () => {
  test('a refused configuration and an old list are told, with reasons', async () => {
    await deckWith([endedProwJob('success')]);
    deck.refuseConfig('jobs.yaml: job x: cron: not a schedule');
    deck.prowJobs.failure = 'connection refused';
    await deck.settled();

    const { items, status } = (await ask('/api/jobs')).json<JobList>();

    expect(items).toHaveLength(1);
    expect(status).toMatchObject({
      configRefused: { reason: 'jobs.yaml: job x: cron: not a schedule' },
      staleReason: 'connection refused',
      mayAct: true,
      version: '1.2.3',
    });
  });

  test('metrics and health are there', async () => {
    await deckWith([]);

    expect((await ask('/metrics')).statusCode).toBe(200);
    expect((await ask('/healthz/ready')).json()).toEqual({ ready: true });
    expect((await ask('/favicon.ico')).headers.location).toBe('/favicon.svg');
  });
});
