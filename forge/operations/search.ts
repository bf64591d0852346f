/** Search, the rate limit, and what the host says about itself. */
import { ok, type Operation } from '../api/operation.ts';
import { ApiError, invalid } from '../model/errors.ts';
import { fullName, repoOf } from '../model/world.ts';
import { renderIssue } from '../render/issues.ts';
import { renderRepo } from '../render/repos.ts';
import { covers } from '../rules/access.ts';
import { searchIssues } from '../rules/search.ts';

/** GitHub shows the first thousand of what it finds. */
const most = 1000;

export const searchOperations: Operation[] = [
  {
    id: 'search/issues-and-pull-requests',
    method: 'GET',
    path: '/search/issues',
    handle: (call) => {
      const { world, query } = call;
      const text = query.get('q') ?? '';
      if (text.trim() === '') throw invalid('Search', 'q', 'missing');
      const sort = query.get('sort');
      const order = query.get('order') ?? 'desc';
      const visible = world.store
        .all('issues')
        .filter((issue) => covers(call.permission(repoOf(world, issue)), 'read'));
      const wanted = sort === null ? text : `${text} sort:${sort}-${order}`;
      const { issues } = searchIssues(world, wanted, visible, call.identity.account);
      if (Number(query.get('page') ?? 1) * Number(query.get('per_page') ?? 30) > most) {
        throw new ApiError(422, 'Only the first 1000 search results are available');
      }
      return call.page(
        issues,
        (issue) => ({ ...renderIssue(world, issue), score: 1 }),
        (page) => ({ total_count: issues.length, incomplete_results: false, items: page, search_type: 'lexical' }),
      );
    },
  },
  {
    id: 'search/repos',
    method: 'GET',
    path: '/search/repositories',
    handle: (call) => {
      const { world } = call;
      const terms = (call.query.get('q') ?? '').split(/\s+/).filter((term) => term !== '');
      const found = world.store.all('repos').filter((repo) => {
        const name = fullName(world, repo).toLowerCase();
        return (
          covers(call.permission(repo), 'read') &&
          terms.every((term) => {
            const [, key, value = ''] = /^(org|user|repo):(.+)$/.exec(term.toLowerCase()) ?? [];
            if (key === 'repo') return name === value;
            if (key !== undefined) return name.startsWith(`${value}/`);
            return term.includes(':') || name.includes(term.toLowerCase());
          })
        );
      });
      return call.page(
        found,
        (repo) => ({ ...renderRepo(world, repo), score: 1 }),
        (page) => ({ total_count: found.length, incomplete_results: false, items: page }),
      );
    },
  },
  { id: 'rate-limit/get', method: 'GET', path: '/rate_limit', handle: (call) => ok(call.limits()) },
  {
    id: 'meta/get',
    method: 'GET',
    path: '/meta',
    handle: () => ok({ verifiable_password_authentication: false, installed_version: '3.19.0' }),
  },
  {
    id: 'meta/get-zen',
    method: 'GET',
    path: '/zen',
    handle: () => ({
      status: 200,
      body: 'Keep it logically awesome.',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    }),
  },
];
