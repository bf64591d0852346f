import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { validate } from '@octokit/graphql-schema';
import { openTestPull, testWorld } from '../../forge/test-world.ts';
import { createFakeGitHubApi, type FakeGitHubApi } from '../../test/fakes/github-api.ts';
import { conversationQuery } from './conversation.ts';
import { createGitHubHost } from './create-github-host.ts';
import { busyQuery } from './host-reads.ts';

const name = { org: 'acme', repo: 'app', number: 7 };
const user = { login: 'alice', type: 'User' };
const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' };
const graphTimes = { createdAt: times.created_at, updatedAt: times.updated_at };

let api: FakeGitHubApi;

beforeEach(async () => {
  api = await createFakeGitHubApi();
  api.answers['GET /repos/acme/app/issues/7/comments'] = {
    body: [{ id: 1, body: 'a', user: { login: 'robot[bot]', type: 'Bot' }, html_url: 'u1', ...times }],
  };
  api.answers['GET /repos/acme/app/pulls/7/comments'] = {
    body: [2, 3].map((id) => ({ id, body: 'b', user, html_url: `u${id}`, ...times })),
  };
  api.answers['GET /repos/acme/app/pulls/7/reviews'] = {
    body: [{ id: 4, state: 'APPROVED', body: '', user: null, html_url: 'u4', submitted_at: times.created_at }],
  };
});

afterEach(async () => {
  await api.close();
});

function page(nodes: readonly unknown[], hasNextPage = false) {
  return { pageInfo: { hasNextPage }, nodes };
}

function said(id: number, body: string, author: object) {
  return { fullDatabaseId: String(id), author, body, url: `u${id}`, ...graphTimes };
}

function graphAnswer(more = false) {
  const alice = { kind: 'User', login: 'alice' };
  const pullRequest = {
    comments: page([said(1, 'a', { kind: 'Bot', login: 'robot' })], more),
    reviewThreads: page([{ comments: page([said(3, 'b', alice)]) }, { comments: page([said(2, 'b', alice)]) }]),
    reviews: page([
      { fullDatabaseId: '4', author: null, body: '', url: 'u4', state: 'APPROVED', submittedAt: times.created_at },
    ]),
  };
  return { body: { data: { repository: { pullRequest } } } };
}

async function readAll() {
  const reads = createGitHubHost({ name: 'github', baseUrl: api.url, auth: { token: () => 't' } }).reads(name);
  return await Promise.all([reads.inlineComments(), reads.comments(), reads.reviews()]);
}

test.each([
  ['the conversation', conversationQuery],
  ['who is busy', busyQuery],
])("the question for %s fits GitHub's schema", (_name, query) => {
  expect(validate(query)).toEqual([]);
});

test('what is asked for together comes in one request, the same as list by list', async () => {
  const listed = await readAll();
  expect(api.asked).toHaveLength(4);
  api.answers['POST /graphql'] = graphAnswer();
  api.asked.length = 0;

  expect(await readAll()).toEqual(listed);
  expect(api.asked).toEqual(['POST /graphql']);
  expect(listed).toMatchObject([[{ id: 2 }, { id: 3 }], [{ author: 'robot[bot]', authorType: 'Bot' }], [{ id: 4 }]]);
});

test.each([
  ['that is longer than a page', graphAnswer(true)],
  ['that the graph does not know', { body: { errors: [{ type: 'NOT_FOUND', message: 'none' }] } }],
  ['on a host whose graph is older', { body: { errors: [{ message: "Field 'fullDatabaseId' doesn't exist" }] } }],
])('a conversation %s is read list by list', async (_name, answer) => {
  api.answers['POST /graphql'] = answer;

  expect(await readAll()).toMatchObject([[{ id: 2 }, { id: 3 }], [{ id: 1 }], [{ id: 4 }]]);
  expect(api.asked).toHaveLength(4);
});

test('a list that is asked for alone is read as such', async () => {
  const host = createGitHubHost({ name: 'github', baseUrl: api.url, auth: { token: () => 't' } });

  expect(await host.reads(name).comments()).toHaveLength(1);
  expect(api.asked).toEqual(['GET /repos/acme/app/issues/7/comments?per_page=100']);
});

test('the forge says the same in one request and list by list', async () => {
  const world = await testWorld();
  try {
    const { forge } = world;
    const { number } = await openTestPull(world, 'topic');
    const ask = async (method: string, path: string, body: object) => {
      const answer = await world.ask(method, `/repos/acme/site${path}`, { as: 'dev', body });
      expect(answer.status).toBeLessThan(300);
      return answer.body as { id: number };
    };
    await ask('POST', `/issues/${number}/comments`, { body: 'In the conversation' });
    const line = { path: 'topic.txt', line: 1, side: 'RIGHT' };
    const first = await ask('POST', `/pulls/${number}/comments`, { ...line, body: 'At a line' });
    await ask('POST', `/pulls/${number}/comments`, { ...line, body: 'In another thread' });
    await ask('POST', `/pulls/${number}/comments/${first.id}/replies`, { body: 'An answer' });
    await ask('POST', `/pulls/${number}/reviews`, { event: 'APPROVE', body: 'Fine' });
    const host = createGitHubHost({
      name: 'forge',
      baseUrl: forge.api,
      auth: { token: () => world.tokens['owner'] ?? '' },
    });
    const reads = () => host.reads({ org: 'acme', repo: 'site', number });
    const listed = [await reads().inlineComments(), await reads().comments(), await reads().reviews()];
    forge.calls.reset();

    const one = reads();
    const together = await Promise.all([one.inlineComments(), one.comments(), one.reviews()]);

    expect(together).toEqual(listed);
    expect(listed.map(({ length }) => length)).toEqual([3, 1, 4]);
    expect(forge.calls.lines().map(({ operation }) => operation)).toEqual(['graphql/conversation']);
  } finally {
    await world.end();
  }
});
