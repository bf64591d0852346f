/**
 * What a request counts for in GitHub's limits (integrations.md 6.6): which primary limit it draws on, how many points of the
 * secondary one it costs, whether it makes content. Known by method and path alone, so that a proxy can tell as well.
 */

export interface RequestKind {
  /** The primary limit, by GitHub's name for it (`x-ratelimit-resource`). Empty for what is free. */
  resource: string;
  /** Of the secondary limit by the minute: reads 1, what changes something 5. */
  points: number;
  /** It changes something; reads that began before do not show that. */
  write: boolean;
  /** It makes content that people are notified of, for which GitHub has limits of its own. */
  content: boolean;
}

/** The operations that "trigger notifications", as GitHub's description of its API says; a test compares them. */
const contentPaths: readonly [methods: string, path: RegExp][] = [
  ['POST', /^\/repos\/[^/]+\/[^/]+\/(issues|pulls|releases)$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/(issues|pulls|commits)\/[^/]+\/comments$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/pulls\/[^/]+\/(comments\/[^/]+\/replies|requested_reviewers|reviews)$/],
  // A review that was a draft until now.
  ['POST', /^\/repos\/[^/]+\/[^/]+\/pulls\/[^/]+\/reviews\/[^/]+\/events$/],
  ['PUT', /^\/repos\/[^/]+\/[^/]+\/(pulls\/[^/]+\/merge|collaborators\/[^/]+)$/],
  [
    'POST PUT DELETE',
    /^\/repos\/[^/]+\/[^/]+\/issues\/[^/]+\/(sub_issues?|dependencies\/blocked_by|issue-field-values)(\/|$)/,
  ],
  ['POST DELETE', /^\/orgs\/[^/]+\/invitations(\/|$)/],
];

/**
 * @param path with or without the `/api/v3` of Enterprise Server, without the query
 * @param document what GraphQL is asked, where it is
 */
export function kindOfRequest(method: string, path: string, document = ''): RequestKind {
  const below = path.replace(/^\/api(\/v3)?(?=\/)/, '');
  if (below === '/graphql') {
    const write = isMutation(document);
    return { resource: 'graphql', points: write ? 5 : 1, write, content: write };
  }
  const write = !['GET', 'HEAD', 'OPTIONS'].includes(method);
  return {
    resource: resourceOf(below),
    points: write ? 5 : 1,
    write,
    content: contentPaths.some(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(below)),
  };
}

function resourceOf(path: string): string {
  if (path === '/rate_limit') return '';
  if (path === '/search/code') return 'code_search';
  return path.startsWith('/search/') ? 'search' : 'core';
}

/** Also where several operations are in one document. A field of that name is taken for one, which costs a little. */
function isMutation(document: string): boolean {
  const withoutTexts = document.replaceAll(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g, ' ');
  return /\bmutation\b/.test(withoutTexts);
}
