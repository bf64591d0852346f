import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { ProwJob } from '../../domain/prowjob.ts';
import { createFakeDeck, type FakeDeck, type FakeDeckOptions } from '../fakes/deck.ts';
import { fakeRunKey } from '../fakes/prowjobs.ts';
import { endedProwJob, prowJob } from '../fixtures/prowjob.ts';
import { findChromium, launchChromium } from '../harness/chromium.ts';
import { buildDeckPages } from '../harness/deck-pages.ts';
import { eventually } from '../harness/eventually.ts';
import { freePort } from '../../workers/free-port.ts';

// Deck's pages in a real browser, over a server with fakes behind it. Numbers in names are those of spec deck.md section 8.

const executable = findChromium();

let pages: string;
let browser: Browser | undefined;
let deck: FakeDeck;
let page: Page;
/** What the page complained about: errors of scripts, and whatever the content security policy refused. */
let complaints: string[] = [];
/** Requests to other hosts: there must be none. */
let foreign: string[] = [];

async function open(prowJobs: readonly ProwJob[], path = '/', options: FakeDeckOptions = {}): Promise<void> {
  const port = await freePort();
  const settings = { publicDir: pages, allowedHosts: [`127.0.0.1:${port}`], ...options.settings };
  deck = await createFakeDeck({ ...options, prowJobs, port, settings });
  await visit(path);
}

async function visit(path: string): Promise<void> {
  complaints = [];
  foreign = [];
  page = await (browser as Browser).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).port !== String(deck.port)) foreign.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${deck.port}${path}`);
}

const rowTexts = async () => await page.locator('table.jobs tbody tr .job-name').allInnerTexts();
const rowsAre = async (expected: readonly string[]) =>
  await eventually(
    async () => JSON.stringify(await rowTexts()) === JSON.stringify(expected),
    `rows are ${expected.join()}`,
  );
const pending = (id: string, parts: Parameters<typeof prowJob>[0] = {}) =>
  prowJob({
    ...parts,
    status: { state: 'pending', build_id: id, pendingTime: '2026-11-24T12:00:01Z', ...parts.status },
  });

describe('Deck in Chromium', () => {
  if (!executable) {
    test.skip('Chromium not found', () => undefined);
    return;
  }

  beforeAll(async () => {
    pages = await buildDeckPages();
    browser = await launchChromium(executable);
  }, 120_000);

  afterEach(async () => {
    await page?.close();
    await deck?.close();
  });

  afterAll(async () => {
    await browser?.close();
    if (pages) rmSync(pages, { recursive: true, force: true });
  });

  test('all that a page loads is ours, and stays below 60 KB', async () => {
    await open([endedProwJob('success')]);
    await rowsAre(['echo-test']);

    const files = readdirSync(join(pages, 'assets')).map((name) => join(pages, 'assets', name));
    const size = files.reduce(
      (sum, file) => sum + gzipSync(readFileSync(file)).length,
      statSync(join(pages, 'index.html')).size,
    );

    expect([complaints, foreign]).toEqual([[], []]);
    expect(size).toBeLessThan(60_000);
  });

  test('markup in job names, titles, descriptions and logs is text', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    const job = endedProwJob('failure', {
      spec: {
        job: evil.replaceAll('/', '|'),
        type: 'presubmit',
        refs: {
          org: evil,
          repo: evil,
          repo_link: 'javascript:window.hacked=1',
          pulls: [{ number: 5, author: evil, sha: evil, title: evil, link: 'javascript:window.hacked=1' }],
        },
      },
      status: { description: evil, url: 'javascript:window.hacked=1' },
    });
    await open([job]);
    await rowsAre([`${job.spec.job}\n${evil}`]);
    deck.appendLog(job, `${evil}\n\u001b[31m${evil}\u001b[0m\n`);
    await page.locator('[aria-label^="Rerun"]').click();
    await page.locator('dialog[open]').waitFor();
    const hackedByList = await page.evaluate('window.hacked');
    const links = await page.locator('a').evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? ''));

    await page.goto(
      `http://127.0.0.1:${deck.port}/view/prowjob/${encodeURIComponent(job.spec.job)}/${job.status.build_id}`,
    );
    await page.getByText('2 lines').waitFor();

    expect([hackedByList, await page.evaluate('window.hacked')]).toEqual([undefined, undefined]);
    expect(links.filter((href) => href.startsWith('javascript:'))).toEqual([]);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.locator('.log-text .line').first().innerText()).toContain(evil);
    expect(complaints).toEqual([]);
  });

  test('the list follows what happens without a reload', async () => {
    const job = pending('1');
    await open([job]);
    await page.locator('.state-pending').waitFor();
    await page.evaluate('window.loadedOnce = true');

    await deck.prowJobs.put(endedProwJob('success', { metadata: job.metadata, status: { build_id: '1' } }));
    await page.locator('.state-success').waitFor();
    await deck.prowJobs.put(pending('2', { spec: { job: 'newer' }, status: { startTime: '2026-11-24T13:00:00Z' } }));
    await rowsAre(['newer', 'echo-test']);
    deck.prowJobs.remove(job.metadata.name);

    expect(await page.evaluate('window.loadedOnce')).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('a Deck that was away is taken up again', async () => {
    const job = endedProwJob('success');
    await open([job]);
    await rowsAre(['echo-test']);
    const { port } = deck;

    await deck.close();
    await page.getByText('Connecting…').waitFor();
    deck = await createFakeDeck({
      prowJobs: [job, endedProwJob('failure', { spec: { job: 'meanwhile' } })],
      port,
      settings: { publicDir: pages, allowedHosts: [`127.0.0.1:${port}`] },
    });

    await rowsAre(['echo-test', 'meanwhile']);
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('lines 15 and 16: filters narrow the list, live in the address, and come back with Back', async () => {
    const at = (job: string, state: 'success' | 'failure') => endedProwJob(state, { spec: { job } });
    await open([at('pull-a', 'success'), at('pull-b', 'failure'), at('other', 'failure')]);
    await rowsAre(['other', 'pull-a', 'pull-b']);

    await page.locator('select[name=state]').selectOption('failure');
    await rowsAre(['other', 'pull-b']);
    const afterState = new URL(page.url()).search;
    await page.locator('input[name=job]').fill('pull-*');
    await rowsAre(['pull-b']);
    await page.goBack();
    await rowsAre(['other', 'pull-a', 'pull-b']);
    await page.getByRole('button', { name: /failed jobs/ }).click();
    await rowsAre(['other', 'pull-b']);

    expect(afterState).toBe('?state=failure');
    await page.goto(`http://127.0.0.1:${deck.port}/?state=bogus`);
    await page.getByText('No job in the list has the state bogus.').waitFor();
    expect(await page.locator('select[name=state]').inputValue()).toBe('bogus');
    await page.goto(`http://127.0.0.1:${deck.port}/?job=ull`);
    await page.getByRole('button', { name: 'Look for *ull*' }).click();
    await rowsAre(['pull-a', 'pull-b']);
  });

  test('line 17 [fix]: of 600 jobs 500 are drawn, the rest is a page away, and the bar counts all', async () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      endedProwJob(index < 10 ? 'failure' : 'success', { spec: { job: `job-${String(index).padStart(3, '0')}` } }),
    );
    await open(many);

    await page.getByText('Showing 1–500 of 600 jobs').waitFor();
    expect(await page.locator('table.jobs tbody tr').count()).toBe(500);
    expect(await page.getByRole('button', { name: '590 succeeded jobs' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('Showing 501–600 of 600 jobs').waitFor();
    expect((await rowTexts())[0]).toBe('job-500');
    expect(new URL(page.url()).search).toBe('?page=2');
  });

  test('line 19: a state that nobody knows has a neutral look and breaks nothing', async () => {
    const odd = prowJob({ status: { state: 'levitating' as 'pending' } });
    await open([odd, prowJob({ spec: { job: 'next' }, status: { state: 'scheduling' } })]);
    await rowsAre(['echo-test', 'next']);

    expect(await page.locator('.state-unknown').innerText()).toBe('levitating');
    expect(await page.locator('.state-scheduling').innerText()).toBe('scheduling');
    expect(await page.locator('select[name=state] option').allInnerTexts()).toEqual([
      'all states',
      'levitating',
      'scheduling',
    ]);
  });

  test('a rerun is asked for, started by POST, and told', async () => {
    const job = endedProwJob('failure');
    await open([job]);

    await page.locator('[aria-label="Rerun echo-test"]').click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByText('as configured now').click();
    await dialog.getByRole('button', { name: 'Rerun' }).click();
    await page.getByText('Started echo-test again.').waitFor();

    expect(deck.prowJobs.started).toEqual([{ rerun: { prowJob: job.metadata.name, mode: 'latest' } }]);
    expect(await page.locator('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('an abort is asked for first; a refusal is shown where it was asked for', async () => {
    await open([pending('1')], '/', { settings: { authorization: 'config' } });
    await page.locator('[aria-label="Abort echo-test"]').click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Abort' }).click();

    await page
      .locator('dialog[open]')
      .getByText(/rerun_auth_config/)
      .waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => (await page.locator('dialog').count()) === 0, 'the dialog is gone');

    expect(deck.prowJobs.aborted).toEqual([]);
  });

  test("a job's page follows the log while it grows, is aborted, and ends", async () => {
    const job = pending('7');
    await open([job], '/view/prowjob/echo-test/7');
    await page.getByText('Waiting for output').waitFor();

    deck.appendLog(job, 'first\n\u001b[32mgreen\u001b[0m\n');
    await page.getByText('first').waitFor();
    deck.appendLog(job, Buffer.from([0, 1, 0xff, 0xfe, 10]));
    deck.appendLog(job, 'x'.repeat(300_000));
    deck.appendLog(job, '\nlast line\n');
    await page.getByText('last line').waitFor();
    const atEnd = await page
      .locator('.log-text')
      .evaluate((frame) => frame.scrollHeight - frame.scrollTop - frame.clientHeight < 40);
    await page.getByRole('button', { name: 'Abort' }).click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Abort' }).click();
    await page.locator('.run-state .state-aborted').waitFor();
    await deck.prowJobs.put(endedProwJob('aborted', { metadata: job.metadata, status: { build_id: '7' } }));
    await deck.blobs.put(`${fakeRunKey(job)}/artifacts/junit.xml`, '<testsuite/>');
    await eventually(
      async () => (await page.getByRole('button', { name: 'Follow' }).count()) === 0,
      'the log is complete',
    );

    expect(atEnd).toBe(true);
    expect(deck.prowJobs.aborted).toEqual([job.metadata.name]);
    expect(await page.locator('.ansi-fg-green').innerText()).toBe('green');
    expect(await page.locator('.phases').innerText()).toMatch(/Queued\s*2s.*Running\s*10s.*Aborted/s);
    expect(complaints).toEqual([]);
  });

  test('a reader who scrolls up is left there', async () => {
    const job = pending('7');
    await open([job], '/view/prowjob/echo-test/7');
    deck.appendLog(job, 'line\n'.repeat(500));
    await page.getByText('500 lines').waitFor();

    await page.locator('.log-text').evaluate((frame) => void (frame.scrollTop = 0));
    await eventually(
      async () => (await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')) === 'false',
      'following has stopped',
    );
    deck.appendLog(job, 'one more\n');
    await page.getByText('501 lines').waitFor();

    expect(await page.locator('.log-text').evaluate((frame) => frame.scrollTop)).toBe(0);
  });

  test('what is wrong with Deck itself is shown on the list', async () => {
    await open([endedProwJob('success')]);
    await rowsAre(['echo-test']);
    deck.refuseConfig('jobs.yaml: periodic x: cron: not a schedule');
    deck.prowJobs.failure = 'no connection to Temporal';

    await page.getByText('jobs.yaml: periodic x: cron: not a schedule').waitFor();
    await page.getByText('no connection to Temporal').waitFor();
    await rowsAre(['echo-test']);
  });

  test('a run that is not there is said to be so', async () => {
    await open([], '/view/prowjob/nobody/1');

    await page.getByText('No run 1 of nobody is known here.').waitFor();
  });
});
