import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { kindOfRequest, type RequestKind } from './request-kind.ts';

const read = { points: 1, write: false, content: false };
const change = { points: 5, write: true, content: false };

test.each<[string, string, RequestKind]>([
  ['GET', '/repos/acme/app/issues', { resource: 'core', ...read }],
  ['HEAD', '/repos/acme/app', { resource: 'core', ...read }],
  ['GET', '/search/issues', { resource: 'search', ...read }],
  ['GET', '/search/code', { resource: 'code_search', ...read }],
  ['GET', '/api/v3/search/issues', { resource: 'search', ...read }],
  ['GET', '/repos/acme/search/issues', { resource: 'core', ...read }],
  ['GET', '/rate_limit', { resource: '', ...read }],
  ['POST', '/repos/acme/app/statuses/abc', { resource: 'core', ...change }],
  ['POST', '/repos/acme/app/issues/1/labels', { resource: 'core', ...change }],
  ['POST', '/app/installations/7/access_tokens', { resource: 'core', ...change }],
  ['POST', '/repos/acme/app/issues/1/comments', { resource: 'core', ...change, content: true }],
  ['POST', '/api/v3/repos/acme/app/issues/1/comments', { resource: 'core', ...change, content: true }],
  ['PATCH', '/repos/acme/app/issues/comments/5', { resource: 'core', ...change }],
])('%s %s', (method, path, kind) => {
  expect(kindOfRequest(method, path)).toEqual(kind);
});

test.each<[string, boolean]>([
  ['query { viewer { login } }', false],
  ['{ viewer { login } }', false],
  ['mutation { addComment(input: {}) { clientMutationId } }', true],
  ['query A { a } mutation B($x: ID!) { b(x: $x) { c } }', true],
  ['# mutation\nquery { a(text: "mutation {") }', false],
  ['query { a(text: """ mutation """) }', false],
])('the graph is changed by %j: %s', (document, write) => {
  for (const path of ['/graphql', '/api/graphql']) {
    expect(kindOfRequest('POST', path, document)).toEqual({
      resource: 'graphql',
      points: write ? 5 : 1,
      write,
      content: write,
    });
  }
});

test('all operations that notify people, says GitHub, make content', () => {
  const described = notifyingOperations();

  expect(described.length).toBeGreaterThan(15);
  expect(described.filter(([method, path]) => !kindOfRequest(method, path).content)).toEqual([]);
});

/** Out of the description's comments: `"/path": { /** ... triggers notifications ... *\/ post: operations["..."] }`. */
function notifyingOperations(): [method: string, path: string][] {
  const types = createRequire(import.meta.url).resolve('@octokit/openapi-types/package.json');
  const found: [string, string][] = [];
  let path = '';
  let notifies = false;
  for (const line of readFileSync(types.replace('package.json', 'types.d.ts'), 'utf8').split('\n')) {
    path = /^ {2}"(\/[^"]*)": \{$/.exec(line)?.[1] ?? path;
    notifies ||= /triggers \[notifications\]|Creating content too quickly/.test(line);
    const method = /^ {4}(\w+): operations\[/.exec(line)?.[1];
    if (method === undefined) continue;
    if (notifies) found.push([method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')]);
    notifies = false;
  }
  return found;
}
