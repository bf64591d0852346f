import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Refs } from '../../domain/job-config.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { canSee } from '../../rules/visibility.ts';
import { createFakeDeck, type FakeDeck } from '../../test/fakes/deck.ts';
import { endedProwJob } from '../../test/fixtures/prowjob.ts';

// What Prow's own Deck answers, as far as our routes are meant to answer the same; differences are named rules.

const folder = new URL('../../../shared/golden/deck/', import.meta.url);
const has = existsSync(folder);

function cases<T>(file: string): T[] {
  if (!has) return [];
  const lines = readFileSync(new URL(file, folder), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

function refsOf(text: string, authors: readonly string[] = []): Refs {
  const [org = '', repo = ''] = text.split('/');
  const pulls = authors.map((author, index) => ({ number: index + 1, author, sha: 'abc' }));
  return { org, repo, base_ref: 'main', ...(pulls.length > 0 && { pulls }) };
}

interface ListCase {
  id: string;
  input: {
    url: string;
    prowjobs: {
      name: string;
      job: string;
      startSecond: number;
      refs?: string;
      extraRefs?: string[];
      pullAuthors?: string[];
      containers?: number;
    }[];
  };
  expect: {
    contentType: string;
    prefix?: string;
    suffix?: string;
    items: {
      name: string;
      annotations: number;
      labels: number;
      decoration: boolean;
      containers?: number;
      firstContainerNamed?: boolean;
    }[];
  };
}

interface VisibilityCase {
  id: string;
  input: {
    config: { deck: { hidden_repos?: string[] } };
    flags: { hiddenOnly: boolean; showHidden: boolean; tenantIDs: string[] | null };
    prowjobs: { name: string; refs?: string; extraRefs?: string[]; hidden?: boolean; tenantID?: string }[];
  };
  expect: { prowjobs: string[] };
}

function prowJobOf(given: ListCase['input']['prowjobs'][number]): ProwJob {
  const second = String(given.startSecond).padStart(2, '0');
  const containers = Array.from({ length: given.containers ?? 0 }, (_, index) => ({ name: `c${index}` }));
  const job = endedProwJob('success', {
    metadata: { name: given.name, labels: { a: 'b' }, annotations: { a: 'b' } },
    spec: {
      job: given.job,
      decoration_config: { timeout: '1h0m0s' },
      ...(given.refs && { refs: refsOf(given.refs, given.pullAuthors) }),
      ...(given.extraRefs && { extra_refs: given.extraRefs.map((each) => refsOf(each)) }),
      ...(given.containers !== undefined && { pod_spec: { containers } }),
    },
    status: { startTime: `2026-11-24T12:00:${second}Z` },
  });
  if (given.containers === undefined) delete job.spec.pod_spec;
  return job;
}

/** What is left of a ProwJob, in the words of the golden file. */
function leftOf({ metadata, spec }: ProwJob): ListCase['expect']['items'][number] {
  const containers = spec.pod_spec?.containers;
  return {
    name: metadata.name,
    annotations: Object.keys(metadata.annotations).length,
    labels: Object.keys(metadata.labels).length,
    decoration: spec.decoration_config !== undefined,
    ...(containers && { containers: containers.length }),
    ...(containers?.[0] && { firstContainerNamed: containers[0].name !== undefined }),
  };
}

/** deck.md 1.3 [fix]: org and repo must be those of one ref; Prow takes the org of one extra ref and the repo of another. */
function isOfSeveralRefs(url: URL, job: ListCase['input']['prowjobs'][number]): boolean {
  const [org, repo] = [url.searchParams.get('org'), url.searchParams.get('repo')];
  if (!org || !repo || job.refs) return false;
  return !(job.extraRefs ?? []).includes(`${org}/${repo}`);
}

/** deck.md 1.11 [fix]: who may see hidden jobs sees those of other tenants no more than anybody. */
function isOfOtherTenant(flags: VisibilityCase['input']['flags'], tenant: string | undefined): boolean {
  return !flags.tenantIDs?.length && Boolean(tenant) && tenant !== 'GlobalDefaultID';
}

let deck: FakeDeck | undefined;
afterEach(async () => {
  await deck?.close();
  deck = undefined;
});

describe('golden data of Deck', () => {
  if (!has) {
    test.skip('golden data is not here (../shared/golden)', () => undefined);
    return;
  }

  test.each(cases<ListCase>('prowjobs-js.jsonl'))('$id $input.url', async ({ input, expect: expected }) => {
    deck = await createFakeDeck({ prowJobs: input.prowjobs.map(prowJobOf) });
    const url = new URL(input.url, 'http://deck');
    const others = new Set(input.prowjobs.filter((job) => isOfSeveralRefs(url, job)).map(({ name }) => name));

    const answer = await deck.ask(input.url);

    const { prefix = '', suffix = '' } = expected;
    expect(answer.headers['content-type']?.split(';')[0]).toBe(expected.contentType);
    expect(answer.body.startsWith(prefix) && answer.body.endsWith(suffix)).toBe(true);
    const json = answer.body.slice(prefix.length, answer.body.length - suffix.length);
    const { items } = JSON.parse(json) as { items: ProwJob[] };
    expect(items.map(leftOf)).toEqual(expected.items.filter(({ name }) => !others.has(name)));
  });

  test.each(cases<VisibilityCase>('visibility.jsonl'))('$id $input.flags', ({ input, expect: expected }) => {
    const { flags, config, prowjobs } = input;
    const viewer = { showHidden: flags.showHidden, hiddenOnly: flags.hiddenOnly, tenantIds: flags.tenantIDs ?? [] };
    const others = new Set(prowjobs.filter(({ tenantID }) => isOfOtherTenant(flags, tenantID)).map(({ name }) => name));

    const seen = prowjobs.filter(({ refs, extraRefs, hidden, tenantID }) =>
      canSee(
        {
          ...(refs && { refs: refsOf(refs) }),
          ...(extraRefs && { extra_refs: extraRefs.map((each) => refsOf(each)) }),
          ...(hidden && { hidden }),
          ...(tenantID !== undefined && { prowjob_defaults: { tenant_id: tenantID } }),
        },
        viewer,
        config.deck.hidden_repos ?? [],
      ),
    );

    expect(seen.map(({ name }) => name).toSorted()).toEqual(expected.prowjobs.filter((name) => !others.has(name)));
  });
});
