import { expect, test } from '@jest/globals';
import { createGitHubProxyMetrics, simplePath } from './github-proxy-metrics.ts';
import { createRegistry } from './metrics.ts';

test.each([
  ['/repos/acme/app/issues/7/labels', '/repos/:owner/:repo/issues/:issueId/labels'],
  ['/repos/acme/app/issues/7/labels/needs-ok', '/repos/:owner/:repo/issues/:issueId/labels/:labelId'],
  ['/repos/acme/app/issues/comments/5', '/repos/:owner/:repo/issues/comments/:commentId'],
  ['/repos/acme/app/pulls/comments/5/replies', '/repos/:owner/:repo/pulls/comments/:commentId/replies'],
  ['/repos/acme/app/pulls/7/reviews/3', '/repos/:owner/:repo/pulls/:pullId/reviews/:reviewId'],
  ['/repos/acme/app/contents/a/b/OWNERS', '/repos/:owner/:repo/contents/:contentId'],
  ['/repos/acme/app/git/ref/heads/main', '/repos/:owner/:repo/git/ref/:refId'],
  ['/repos/acme/app/collaborators/alice/permission', '/repos/:owner/:repo/collaborators/:collaboratorId/permission'],
  ['/repos/orgs/issues/pulls', '/repos/:owner/:repo/pulls'],
  ['/orgs/acme/members/alice', '/orgs/:org/members/:login'],
  ['/app/installations/5/access_tokens', '/app/installations/:id/access_tokens'],
  ['/search/issues', '/search/issues'],
  ['/graphql', '/graphql'],
  ['/', '/'],
  ['/secret-of/somebody', 'unmatched'],
  ['/constructor', 'unmatched'],
])('the path %s is %s', (path, simple) => {
  expect(simplePath(path)).toBe(simple);
});

const request = { account: 'installation 9', method: 'GET', path: '/repos/acme/app', userAgent: 'hook/v2026' };

async function lines(registry: ReturnType<typeof createRegistry>, name: string): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));
}

test('answers and limits are as dashboards of ghproxy expect them', async () => {
  const registry = createRegistry({ processMetrics: false });
  const metrics = createGitHubProxyMetrics(registry, { cacheBytes: () => ({ memory: 5, disk: 0 }) });

  metrics.answered(request, 'REVALIDATED');
  metrics.answered({ ...request, path: '/graphql' }, 'SKIP');
  metrics.limit('installation 9', { resource: 'core', remaining: 4999, resetMs: 1000 });
  metrics.asked(request, 304, 0.2);
  const end = metrics.underWay();

  expect(await lines(registry, 'ghcache_responses')).toEqual([
    'ghcache_responses{mode="REVALIDATED",token_hash="installation 9",path="/repos/:owner/:repo",user_agent="hook"} 1',
    'ghcache_responses{mode="SKIP",token_hash="installation 9",path="/graphql",user_agent="hook"} 1',
  ]);
  expect(await lines(registry, 'github_token_usage')).toEqual([
    'github_token_usage{token_hash="installation 9",api_version="v3",ratelimit_resource="core"} 4999',
  ]);
  expect(await lines(registry, 'github_token_reset')).toEqual([expect.stringMatching(/ 1000000000$/)]);
  expect(await lines(registry, 'github_request_duration_count')).toEqual([expect.stringContaining('status="304"')]);
  expect(await lines(registry, 'bowsprit_github_cache_bytes')).toContain(
    'bowsprit_github_cache_bytes{where="memory"} 5',
  );
  expect(await registry.metrics()).toMatch(/^concurrent_outbound_requests 1$/m);
  end();
  expect(await registry.metrics()).toMatch(/^concurrent_outbound_requests 0$/m);
});

test('clients that call themselves and their accounts by ever new names do not fill memory', async () => {
  const registry = createRegistry({ processMetrics: false });
  const metrics = createGitHubProxyMetrics(registry);

  for (let i = 0; i < 1000; i += 1) {
    metrics.answered({ ...request, account: `token ${i}`, userAgent: `agent-${i}/1` }, 'MISS');
  }

  const found = await lines(registry, 'ghcache_responses');
  expect(found).toHaveLength(101);
  expect(found.at(-1)).toContain('token_hash="other"');
  expect(found.at(-1)).toContain('user_agent="other"');
  expect(found.at(-1)).toMatch(/ 900$/);
});
