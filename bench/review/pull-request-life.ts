/**
 * The life of one pull request as people live it on the code host: opened by a stranger, found ok to test, reviewed, approved,
 * changed once more, reviewed again, merged. After each step the change must look as it should, or the count is worth nothing.
 */
import { randomUUID } from 'node:crypto';
import { benchRepo, type BenchCodeHost, type Person } from '../harness/code-host.ts';
import { waitFor } from '../harness/wait-for.ts';

export interface Step {
  name: string;
  /** Resolves when people have done their part and its consequences show. */
  run: () => Promise<void>;
}

const patienceSeconds = 60;
const path = `/repos/${benchRepo.org}/${benchRepo.repo}`;

const description = 'Says hello.\n\n/kind bug\n\n```release-note\nThe page says hello.\n```\n';

/** `jobs` are the contexts of the presubmits, which are to succeed. */
export function pullRequestLife(codeHost: BenchCodeHost, jobs: readonly string[]): Step[] {
  const { ask, commit } = codeHost;
  const { repo } = benchRepo;
  const branch = `hello-${randomUUID().slice(0, 8)}`;
  // No other pull request touches it, so that this one merges.
  const file = `site/${branch}.html`;
  let number = 0;

  const comment = async (as: Person, body: string) =>
    void (await ask(as, 'POST', `${path}/issues/${number}/comments`, { body }));
  const labels = async () =>
    (await ask<{ name: string }[]>('alice', 'GET', `${path}/issues/${number}/labels`)).map(({ name }) => name);
  const whenLabelled = async (wanted: readonly string[], unwanted: readonly string[] = []) => {
    let found: string[] = [];
    const isSo = async () => {
      found = await labels();
      return wanted.every((one) => found.includes(one)) && !unwanted.some((one) => found.includes(one));
    };
    await waitFor(`labels ${wanted.join(', ')} without ${unwanted.join(', ')}`, patienceSeconds, isSo).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; it has ${found.join(', ')}`, { cause: error });
      },
    );
  };
  const whenTested = async () => {
    const { head } = await ask<{ head: { sha: string } }>('alice', 'GET', `${path}/pulls/${number}`);
    await waitFor('success of all presubmits', patienceSeconds, async () => {
      const statuses = await ask<{ context: string; state: string }[]>(
        'alice',
        'GET',
        `${path}/commits/${head.sha}/statuses`,
      );
      return jobs.every((job) => statuses.find(({ context }) => context === job)?.state === 'success');
    });
  };

  return [
    {
      name: 'opened by a stranger',
      async run() {
        await ask('newdev', 'POST', `${path}/forks`).catch(() => undefined);
        await commit('newdev', `newdev/${repo}`, branch, { [file]: '<p>Hello</p>\n' });
        const body = { title: 'Say hello', head: `newdev:${branch}`, base: 'main', body: description };
        ({ number } = await ask<{ number: number }>('newdev', 'POST', `${path}/pulls`, body));
        await whenLabelled(['needs-ok-to-test', 'kind/bug', 'size/XS', 'release-note', 'area/site']);
      },
    },
    {
      name: '/ok-to-test, two presubmits run',
      async run() {
        await comment('alice', '/ok-to-test');
        await whenLabelled(['ok-to-test'], ['needs-ok-to-test']);
        await whenTested();
      },
    },
    {
      name: '/lgtm',
      async run() {
        await comment('bob', '/lgtm');
        await whenLabelled(['lgtm']);
      },
    },
    {
      name: '/approve',
      async run() {
        await comment('alice', '/approve');
        await whenLabelled(['lgtm', 'approved']);
      },
    },
    {
      name: 'a new commit, the presubmits run again',
      async run() {
        await commit('newdev', `newdev/${repo}`, branch, { [file]: '<p>Hello, hello</p>\n' });
        await whenLabelled(['approved'], ['lgtm']);
        await whenTested();
      },
    },
    {
      name: '/lgtm again',
      async run() {
        await comment('bob', '/lgtm');
        await whenLabelled(['lgtm', 'approved']);
      },
    },
    {
      name: 'closed as merged',
      async run() {
        await ask('alice', 'PUT', `${path}/pulls/${number}/merge`);
      },
    },
  ];
}
