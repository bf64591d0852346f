import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isCut } from '../../domain/review/cut-text.ts';
import { exampleOf, webhookExamples } from '../../test/fixtures/github-webhooks.ts';
import { normaliseWebhook } from './normalise.ts';

const handled = ['issues', 'issue_comment', 'pull_request', 'pull_request_review', 'pull_request_review_comment'];

describe("GitHub's own examples", () => {
  test('there are examples of all events that plugins handle', () => {
    const events = new Set(webhookExamples.map(({ event }) => event));

    expect([...handled, 'push', 'status'].filter((event) => !events.has(event))).toEqual([]);
  });

  test.each(
    webhookExamples.map(({ event, payload }, index) => [event, (payload['action'] ?? '') as string, index] as const),
  )('%s %s (%i) gives events exactly where plugins handle it', (event, action, index) => {
    const normalised = normaliseWebhook(event, webhookExamples[index]?.payload);

    const known = [...handled, 'push', 'status'].includes(event);
    expect(normalised.events.length > 0).toBe(known);
    if (handled.includes(event)) {
      expect(normalised.item).toMatchObject({ number: normalised.number, author: expect.stringMatching(/./) });
      expect(normalised.action).toBe(action);
    }
  });

  test('each item of a pull has branches, commits and the repository of its head', () => {
    for (const { event, payload } of webhookExamples.filter((one) => one.event === 'pull_request')) {
      const { item } = normaliseWebhook(event, payload);
      expect(item?.isPull).toBe(true);
      expect(item?.pull?.base.sha).toMatch(/^[0-9a-f]{40}$/);
      expect(item?.pull?.head).toMatchObject({ sha: expect.stringMatching(/^[0-9a-f]{40}$/), ref: expect.any(String) });
    }
  });
});

function kindsOf(event: string, payload: unknown): string[] {
  return normaliseWebhook(event, payload).events.map((one) =>
    one.kind === 'comment' ? `comment ${one.action} ${one.where}` : one.kind,
  );
}

// Spec plugins-review.md A.4.
test.each<[string, string, string[]]>([
  ['issues', 'opened', ['issue', 'comment created description']],
  ['issues', 'edited', ['issue', 'comment edited description']],
  ['issues', 'deleted', ['issue', 'comment deleted description']],
  ['issues', 'closed', ['issue']],
  ['issues', 'labeled', ['issue']],
  ['issue_comment', 'created', ['comment created conversation']],
  ['issue_comment', 'edited', ['comment edited conversation']],
  ['issue_comment', 'deleted', ['comment deleted conversation']],
  ['pull_request', 'opened', ['pull', 'comment created description']],
  ['pull_request', 'synchronize', ['pull']],
  ['pull_request', 'closed', ['pull']],
  ['pull_request', 'labeled', ['pull']],
  ['pull_request_review', 'submitted', ['review', 'comment created review']],
  ['pull_request_review', 'edited', ['review', 'comment edited review']],
  ['pull_request_review', 'dismissed', ['review', 'comment deleted review']],
  ['pull_request_review_comment', 'created', ['comment created inline']],
  ['pull_request_review_comment', 'edited', ['comment edited inline']],
  ['pull_request_review_comment', 'deleted', ['comment deleted inline']],
])('%s %s becomes %j', (event, action, expected) => {
  expect(kindsOf(event, { ...exampleOf(event), action })).toEqual(expected);
});

test.each([
  ['issues', 'opened', 'issue'],
  ['issue_comment', 'created', 'comment'],
  ['pull_request', 'opened', 'pull_request'],
  ['pull_request_review', 'submitted', 'review'],
  ['pull_request_review_comment', 'created', 'comment'],
])('the author of a text in %s %s is who wrote it, and the sender who did it', (event, action, field) => {
  const payload = exampleOf(event) as Record<string, Record<string, unknown>>;
  payload[field] = { ...payload[field], user: { login: 'writer', type: 'Bot' }, body: 'a\r\nb\r\n' };
  payload['sender'] = { login: 'editor' };

  const text = normaliseWebhook(event, { ...payload, action }).events.find(({ kind }) => kind === 'comment');

  expect(text).toMatchObject({ author: 'writer', authorType: 'Bot', sender: 'editor', body: 'a\r\nb\r\n' });
});

test('17. a comment on an issue is about an issue, on a pull about a pull whose branches it does not say', () => {
  const payload = exampleOf('issue_comment', 'created') as { issue: Record<string, unknown> };
  const { pull_request: _none, ...issue } = payload.issue;

  expect(normaliseWebhook('issue_comment', { ...payload, issue }).item).toMatchObject({ isPull: false });
  const onPull = normaliseWebhook('issue_comment', { ...payload, issue: { ...issue, pull_request: { url: 'x' } } });
  expect(onPull.item).toMatchObject({ isPull: true });
  expect(onPull.item?.pull).toBeUndefined();
});

test('all labels come with the item', () => {
  const payload = exampleOf('pull_request', 'labeled') as { pull_request: Record<string, unknown> };
  payload.pull_request['labels'] = [{ name: 'lgtm' }, { name: 'size/XS' }, {}];

  expect(normaliseWebhook('pull_request', payload).labels).toEqual(['lgtm', 'size/XS']);
});

test('what an edit changed comes with the values before', () => {
  const changes = {
    title: { from: 'old' },
    body: { from: null },
    base: { ref: { from: 'main' }, sha: { from: 'abc' } },
  };

  const [event] = normaliseWebhook('pull_request', { ...exampleOf('pull_request'), action: 'edited', changes }).events;

  expect(event).toMatchObject({ changes: { title: 'old', body: '', baseRef: 'main', baseSha: 'abc' } });
});

test("a review's state is in lower case", () => {
  const payload = exampleOf('pull_request_review') as { review: Record<string, unknown> };
  payload.review['state'] = 'CHANGES_REQUESTED';

  expect(normaliseWebhook('pull_request_review', payload).events[0]).toMatchObject({ state: 'changes_requested' });
});

test('a text over 16 KiB is cut', () => {
  const payload = exampleOf('issue_comment', 'created') as { comment: Record<string, unknown> };
  payload.comment['body'] = '/lgtm\r\n'.repeat(10_000);

  const [event] = normaliseWebhook('issue_comment', payload).events;

  expect(event?.kind === 'comment' && isCut(event.body) && event.body.startsWith('/lgtm\r\n')).toBe(true);
});

describe('a push', () => {
  const push = exampleOf('push');

  test.each([
    [2047, true],
    [2048, false],
  ])('32. of %i commits has all its files: %s', (count, filesComplete) => {
    const commits = Array.from({ length: count }, (_, index) => ({
      added: [`f${index % 3}`],
      removed: [],
      modified: ['m'],
    }));

    expect(normaliseWebhook('push', { ...push, commits }).events).toMatchObject([
      { kind: 'push', files: { added: ['f0', 'f1', 'f2'], removed: [], modified: ['m'] }, filesComplete },
    ]);
  });

  test('33. that ends in nothing deletes its branch', () => {
    const after = '0'.repeat(40);

    expect(normaliseWebhook('push', { ...push, deleted: undefined, after }).events).toMatchObject([{ deleted: true }]);
  });

  test('names its repository by the owner that it has', () => {
    const repository = { name: 'app', full_name: 'acme/app', owner: { name: 'acme' } };

    expect(normaliseWebhook('push', { ...push, repository }).repo).toEqual({ org: 'acme', repo: 'app' });
  });
});

test('a status names its commit and no item', () => {
  const normalised = normaliseWebhook('status', exampleOf('status'));

  expect(normalised.number).toBeUndefined();
  expect(normalised.events).toMatchObject([{ kind: 'status', sha: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
});

test('12. an unknown event has no events; an unknown action of a pull is for the actor to judge', () => {
  expect(normaliseWebhook('never_seen', exampleOf('issues')).events).toEqual([]);
  expect(kindsOf('pull_request', { ...exampleOf('pull_request'), action: 'never_seen' })).toEqual(['pull']);
});

test('names that GitHub does not give are no repository', () => {
  for (const name of ['a/b', '..!x', 'a b', '', 'x'.repeat(101), 'ü']) {
    const repository = { name, owner: { login: 'acme' } };
    expect(normaliseWebhook('push', { ...exampleOf('push'), repository }).repo).toBeUndefined();
  }
});

describe('whatever comes in', () => {
  const events = [...handled, 'push', 'status', 'ping', '__proto__', 'constructor'];
  const actions = ['opened', 'created', 'submitted', 'edited', 'dismissed', 'constructor', '__proto__', 7, null];
  const fields = ['action', 'issue', 'pull_request', 'comment', 'review', 'repository', 'sender', 'label', 'changes'];

  /** A real webhook with one value somewhere in it replaced, or removed. */
  const damaged = fc
    .tuple(
      fc.integer({ min: 0, max: webhookExamples.length - 1 }),
      fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
      fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 })),
    )
    .map(([index, path, value]) => {
      const { event, payload } = webhookExamples[index] as (typeof webhookExamples)[number];
      const copy = structuredClone(payload);
      let target: Record<string, unknown> = copy;
      for (const [depth, step] of path.entries()) {
        const keys = Object.keys(target);
        const key = keys[step % Math.max(keys.length, 1)];
        if (key === undefined) break;
        const next = target[key];
        if (depth < path.length - 1 && typeof next === 'object' && next !== null) {
          target = next as Record<string, unknown>;
        } else {
          target[key] = value;
          break;
        }
      }
      return { event, payload: copy };
    });
  const invented = fc.record({
    event: fc.constantFrom(...events),
    payload: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.constantFrom(...actions), fc.jsonValue({ maxDepth: 3 }))),
    ) as fc.Arbitrary<unknown>,
  });

  test('normalising does not throw, and gives what can be sent as JSON', () => {
    fc.assert(
      fc.property(fc.oneof(damaged, invented), ({ event, payload }) => {
        const normalised = normaliseWebhook(event, payload);

        expect(JSON.parse(JSON.stringify(normalised))).toEqual(normalised);
        expect(normalised.events.every(({ kind }) => typeof kind === 'string')).toBe(true);
        if (normalised.events.length > 0) expect(normalised.repo).toBeDefined();
      }),
      { numRuns: 10_000 },
    );
  });
});
