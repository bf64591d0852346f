/** GraphQL: the schema against GitHub's own, and what queries and mutations answer. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { schema as published } from '@octokit/graphql-schema';
import { buildSchema, findBreakingChanges } from 'graphql';
import { schemaText } from './graphql/schema.ts';
import { openTestPull, testWorld, type Any, type TestWorld } from './test-world.ts';

describe('GraphQL', () => {
  let world: TestWorld;

  beforeAll(async () => {
    world = await testWorld();
  });

  afterAll(async () => {
    await world.end();
  });

  async function ask(query: string, variables: object = {}, as = 'owner'): Promise<Any> {
    const response = await fetch(`${world.forge.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.tokens[as]}` },
      body: JSON.stringify({ query, variables }),
    });
    return await response.json();
  }

  test("whatever is served is in GitHub's schema, with the same types", () => {
    const ours = buildSchema(schemaText);
    const theirs = buildSchema(published.idl, { assumeValidSDL: true });
    expect(findBreakingChanges(ours, theirs).map((change) => change.description)).toEqual([]);
  });

  test("Tide's pool query, page by page", async () => {
    const pulls = [await openTestPull(world, 'first'), await openTestPull(world, 'second')];
    await world.ask('POST', `/repos/acme/site/issues/${pulls[0].number}/labels`, { as: 'owner', body: ['lgtm'] });
    await world.ask('POST', `/repos/acme/site/issues/${pulls[1].number}/labels`, {
      as: 'owner',
      body: ['lgtm', 'approved'],
    });
    const status = { state: 'success', context: 'unit', description: 'Good' };
    await world.ask('POST', `/repos/acme/site/statuses/${pulls[0].head.sha}`, { as: 'owner', body: status });
    const query = `query pool($q: String!, $after: String) {
      rateLimit { cost remaining }
      search(type: ISSUE, first: 1, query: $q, after: $after) {
        issueCount
        pageInfo { hasNextPage endCursor }
        nodes { ... on PullRequest {
          number author { login } baseRef { name prefix } headRefName headRefOid mergeable canBeRebased reviewDecision
          repository { name nameWithOwner owner { login } }
          commits(last: 4) { nodes { commit { oid status { contexts { context description state } } statusCheckRollup { state } } } }
          labels(first: 100) { nodes { name } } milestone { title } body title updatedAt
        } }
      }
    }`;
    const q = 'is:pr state:open repo:"acme/site" label:"lgtm" -label:"approved" sort:updated-asc';
    const { data, errors } = await ask(query, { q });
    expect(errors).toBeUndefined();
    expect(data.search).toMatchObject({
      issueCount: 1,
      nodes: [
        {
          number: pulls[0].number,
          author: { login: 'owner' },
          baseRef: { name: 'main', prefix: 'refs/heads/' },
          mergeable: 'MERGEABLE',
          commits: {
            nodes: [
              { commit: { oid: pulls[0].head.sha, status: { contexts: [{ context: 'unit', state: 'SUCCESS' }] } } },
            ],
          },
          labels: { nodes: [{ name: 'lgtm' }] },
        },
      ],
    });
    const first = await ask(query, { q: 'is:pr is:open org:acme label:lgtm sort:created-asc' });
    expect(first.data.search.pageInfo.hasNextPage).toBe(true);
    const { endCursor: after } = first.data.search.pageInfo;
    const second = await ask(query, { q: 'is:pr is:open org:acme label:lgtm sort:created-asc', after });
    expect(second.data.search).toMatchObject({
      nodes: [{ number: pulls[1].number }],
      pageInfo: { hasNextPage: false },
    });
  });

  test('people who are busy', async () => {
    const account = world.forge.admin.account('dev');
    account.status = { message: 'On holiday', busy: true };
    const { data } = await ask(
      '{ user(login: "dev") { status { indicatesLimitedAvailability message } } viewer { login } }',
    );
    expect(data).toEqual({
      user: { status: { indicatesLimitedAvailability: true, message: 'On holiday' } },
      viewer: { login: 'owner' },
    });
  });

  test('pin, transfer, draft, merge', async () => {
    const other = await world.forge.admin.createRepo('acme', { name: 'other' }, 'owner');
    const { body: issue } = await world.ask('POST', '/repos/acme/site/issues', {
      as: 'owner',
      body: { title: 'Move me' },
    });
    const pin =
      'mutation($id: ID!) { pinIssue(input: {issueId: $id, clientMutationId: "m"}) { clientMutationId issue { isPinned } } }';
    expect(await ask(pin, { id: issue.node_id })).toEqual({
      data: { pinIssue: { clientMutationId: 'm', issue: { isPinned: true } } },
    });
    expect((await ask(pin, { id: issue.node_id }, 'guest')).errors[0]).toMatchObject({ type: 'FORBIDDEN' });
    const transfer =
      'mutation($id: ID!, $to: ID!) { transferIssue(input: {issueId: $id, repositoryId: $to}) { issue { number repository { name } } } }';
    const { body: target } = await world.ask('GET', `/repos/acme/${other.name}`, { as: 'owner' });
    const moved = await ask(transfer, { id: issue.node_id, to: target.node_id });
    expect(moved.data.transferIssue.issue).toEqual({ number: 1, repository: { name: 'other' } });
    expect((await world.ask('GET', `/repos/acme/site/issues/${issue.number}`)).status).toBe(404);
    const pull = await openTestPull(world, 'draft', 'owner', { draft: true });
    const merge =
      'mutation($id: ID!) { mergePullRequest(input: {pullRequestId: $id, mergeMethod: SQUASH}) { pullRequest { state mergeCommit { messageHeadline } } } }';
    expect((await ask(merge, { id: pull.node_id })).errors).toHaveLength(1);
    await ask(
      'mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }',
      { id: pull.node_id },
    );
    expect((await ask(merge, { id: pull.node_id })).data.mergePullRequest.pullRequest).toEqual({
      state: 'MERGED',
      mergeCommit: { messageHeadline: `Add draft (#${pull.number})` },
    });
  });

  test('what is not served or not there is said by name', async () => {
    expect((await ask('{ viewer { starredRepositories { totalCount } } }')).errors[0].message).toContain(
      'starredRepositories',
    );
    expect((await ask('{ repository(owner: "acme", name: "none") { id } }')).errors[0]).toMatchObject({
      type: 'NOT_FOUND',
    });
    expect((await ask('{ search(type: ISSUE, query: "x", first: 101) { issueCount } }')).errors[0].message).toContain(
      '101',
    );
  });
});
