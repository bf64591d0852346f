/** GitHub's search for issues and pull requests: words and `key:value` terms. */
import type { Account, Issue, PullRequest } from '../model/entities.ts';
import { fullName, isPull, ownerOf, repoOf, type World } from '../model/world.ts';
import { combinedState, latestStatuses } from '../render/commits.ts';
import { reviewDecision } from './mergeability.ts';

interface Term {
  key: string;
  value: string;
  not: boolean;
}

/** The query in its parts; words have the key `''`. Values may be in quotes. */
export function parseQuery(query: string): Term[] {
  return [...query.matchAll(/(-)?(?:([a-z-]+):)?("(?:[^"\\]|\\.)*"|[^\s"]+)/gi)].map(
    ([, minus, key = '', value = '']) => ({
      key: key.toLowerCase(),
      value: value.replace(/^"|"$/g, ''),
      not: minus !== undefined,
    }),
  );
}

export interface SearchResult {
  issues: Issue[];
  /** Terms that mean nothing: GitHub answers 422 for some of them, and ignores others. */
  unknown: string[];
}

/** @param visible what the searcher may see @param me for `@me` */
export function searchIssues(
  world: World,
  query: string,
  visible: readonly Issue[],
  me: Account | undefined,
): SearchResult {
  const unknown: string[] = [];
  let found = [...visible];
  const terms = parseQuery(query);
  // Several of these mean any of them; several others mean all of them.
  const places = terms.filter((term) => ['repo', 'org', 'user'].includes(term.key) && !term.not);
  if (places.length > 0) found = found.filter((issue) => places.some((term) => isIn(world, issue, term)));
  for (const term of terms) {
    if (places.includes(term) || term.key === 'sort') continue;
    const test = testOf(world, term, me);
    if (test === undefined) unknown.push(`${term.key}:${term.value}`);
    else found = found.filter((issue) => test(issue) !== term.not);
  }
  const sort = terms.find((term) => term.key === 'sort')?.value ?? 'created-desc';
  return { issues: sorted(found, sort), unknown };
}

function isIn(world: World, issue: Issue, { key, value }: Term): boolean {
  const repo = repoOf(world, issue);
  const name = key === 'repo' ? fullName(world, repo) : ownerOf(world, repo).login;
  return name.toLowerCase() === value.toLowerCase();
}

function sorted(issues: Issue[], sort: string): Issue[] {
  const field = sort.startsWith('updated') ? 'updatedAt' : 'createdAt';
  const sign = sort.endsWith('-asc') ? 1 : -1;
  return issues.sort((a, b) => sign * (a[field] === b[field] ? a.id - b.id : a[field] < b[field] ? -1 : 1));
}

function testOf(world: World, { key, value }: Term, me: Account | undefined): ((issue: Issue) => boolean) | undefined {
  const account = () => (value === '@me' ? me : world.store.account(value.replace(/^app\//, '')))?.id ?? -1;
  const lower = value.toLowerCase();
  switch (key) {
    case '':
      return (issue) => `${issue.title}\n${issue.body ?? ''}`.toLowerCase().includes(lower);
    case 'is':
    case 'type':
    case 'state':
      return stateTest(world, lower);
    case 'label': {
      const names = lower.split(',').map((name) => name.replace(/^"|"$/g, ''));
      return (issue) =>
        issue.labels.some((id) => names.includes(world.store.get('labels', id)?.name.toLowerCase() ?? ''));
    }
    case 'author':
      return (issue) => issue.authorId === account();
    case 'assignee':
      return (issue) => issue.assignees.includes(account());
    case 'commenter':
      return (issue) => world.store.of('comments', issue.id).some((comment) => comment.authorId === account());
    case 'involves':
      return (issue) => issue.authorId === account() || issue.assignees.includes(account());
    case 'review-requested':
      return (issue) => issue.pull?.requestedReviewers.includes(account()) ?? false;
    case 'reviewed-by':
      return (issue) => world.store.of('reviews', issue.id).some((review) => review.authorId === account());
    case 'repo':
    case 'org':
    case 'user':
      return (issue) => isIn(world, issue, { key, value, not: false });
    case 'head':
      return (issue) => issue.pull?.headRef.startsWith(value) ?? false;
    case 'base':
      return (issue) => issue.pull?.baseRef === value;
    case 'draft':
      return (issue) => (issue.pull?.draft ?? false) === (lower === 'true');
    case 'milestone':
      return (issue) =>
        issue.milestoneId !== null && world.store.get('milestones', issue.milestoneId)?.title.toLowerCase() === lower;
    case 'no':
      return (issue) =>
        lower === 'label'
          ? issue.labels.length === 0
          : lower === 'milestone'
            ? issue.milestoneId === null
            : issue.assignees.length === 0;
    case 'in':
      return () => true;
    case 'archived':
      return (issue) => repoOf(world, issue).archived === (lower === 'true');
    case 'review':
      return (issue) => isPull(issue) && reviewTest(world, issue, lower);
    case 'status':
      return (issue) => isPull(issue) && statusOf(world, issue) === lower;
    case 'sha':
      return (issue) => issue.pull?.headSha.startsWith(lower) ?? false;
    case 'created':
      return dateTest(value, (issue) => issue.createdAt);
    case 'updated':
      return dateTest(value, (issue) => issue.updatedAt);
    case 'closed':
      return dateTest(value, (issue) => issue.closedAt);
    case 'merged':
      return dateTest(value, (issue) => issue.pull?.mergedAt ?? null);
    default:
      return undefined;
  }
}

function statusOf(world: World, pull: PullRequest): string {
  const statuses = latestStatuses(world, repoOf(world, pull), pull.pull.headSha);
  return combinedState(statuses.map((status) => status.state));
}

function stateTest(world: World, value: string): ((issue: Issue) => boolean) | undefined {
  switch (value) {
    case 'pr':
    case 'pull-request':
      return isPull;
    case 'issue':
      return (issue) => !isPull(issue);
    case 'open':
    case 'closed':
      return (issue) => issue.state === value;
    case 'merged':
      return (issue) => isPull(issue) && issue.pull.mergedAt !== null;
    case 'unmerged':
      return (issue) => isPull(issue) && issue.pull.mergedAt === null;
    case 'draft':
      return (issue) => issue.pull?.draft ?? false;
    case 'locked':
      return (issue) => issue.locked;
    case 'unlocked':
      return (issue) => !issue.locked;
    case 'public':
      return (issue) => !repoOf(world, issue).isPrivate;
    case 'private':
      return (issue) => repoOf(world, issue).isPrivate;
    default:
      return undefined;
  }
}

function reviewTest(world: World, issue: PullRequest, value: string): boolean {
  const decision = reviewDecision(world, issue);
  if (value === 'approved') return decision === 'APPROVED';
  if (value === 'changes_requested') return decision === 'CHANGES_REQUESTED';
  if (value === 'required') return decision === 'REVIEW_REQUIRED';
  return decision === null;
}

/** `>=2024-01-01`, `<2024-01-01T00:00:00Z`, `a..b`, `*..b` or a day. */
function dateTest(value: string, date: (issue: Issue) => string | null): (issue: Issue) => boolean {
  const range = /^(.+?)\.\.(.+)$/.exec(value);
  if (range) {
    const [, from = '*', to = '*'] = range;
    const left = dateTest(`>=${from}`, date);
    const right = dateTest(`<=${to}`, date);
    return (issue) => (from === '*' || left(issue)) && (to === '*' || right(issue));
  }
  const [, sign = '', text = ''] = /^(>=|<=|>|<)?(.+)$/.exec(value) ?? [];
  const wanted = Date.parse(text);
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? 86_400_000 : 1000;
  return (issue) => {
    const when = date(issue);
    if (when === null) return false;
    const time = Date.parse(when);
    if (sign === '>') return time >= wanted + day;
    if (sign === '>=') return time >= wanted;
    if (sign === '<') return time < wanted;
    if (sign === '<=') return time < wanted + day;
    return time >= wanted && time < wanted + day;
  };
}
