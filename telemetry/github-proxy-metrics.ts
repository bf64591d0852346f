/**
 * The metrics of `bowsprit github-proxy`, under the names that dashboards of Prow's ghproxy query. The account in `token_hash` is a
 * name where there is one, else part of a hash; what comes from outside is cut to a number of different values.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the cache had to do with an answer. `REVALIDATED` and `COALESCED` are free. */
export type CacheMode = 'MISS' | 'CHANGED' | 'REVALIDATED' | 'COALESCED' | 'NO-STORE' | 'SKIP' | 'ERROR';

export interface ProxiedRequest {
  account: string;
  method: string;
  /** Below the API's root, without the query. */
  path: string;
  /** As the client calls itself. */
  userAgent: string;
}

export interface GitHubProxyMetrics {
  answered(request: ProxiedRequest, mode: CacheMode): void;
  /** The host has answered, or could not be reached (status 0). */
  asked(request: ProxiedRequest, status: number, seconds: number): void;
  /** The host's word on the primary limit; the end of its window in milliseconds from now. */
  limit(account: string, limit: { resource: string; remaining: number; resetMs: number }): void;
  /** How long a request was held. */
  waited(request: ProxiedRequest, seconds: number): void;
  /** It was told to come back later. */
  putOff(request: ProxiedRequest): void;
  /** Shown from what is kept, so old. */
  shown(request: ProxiedRequest, ageSeconds: number): void;
  /** A request to the host begins; call what is returned when it ends. */
  underWay(): () => void;
  /** A request waits to be sent; call what is returned when it does no longer. */
  pending(): () => void;
}

export interface GitHubProxyMetricsOptions {
  /** Bytes that the cache takes, asked at each scrape. */
  cacheBytes?: () => { memory: number; disk: number };
}

/** Once per registry. */
export function createGitHubProxyMetrics(
  registry: Registry,
  { cacheBytes }: GitHubProxyMetricsOptions = {},
): GitHubProxyMetrics {
  const registers = [registry];
  const limitLabels = ['token_hash', 'api_version', 'ratelimit_resource'];
  const responses = new Counter({
    name: 'ghcache_responses',
    help: 'Number of answers to clients, by what the cache had to do with them.',
    labelNames: ['mode', 'path', 'user_agent', 'token_hash'],
    registers,
  });
  const usage = new Gauge({
    name: 'github_token_usage',
    help: 'Number of requests that are left until the primary limit is whole again.',
    labelNames: limitLabels,
    registers,
  });
  const reset = new Gauge({
    name: 'github_token_reset',
    help: 'Nanoseconds until the primary limit is whole again, as of the last answer.',
    labelNames: limitLabels,
    registers,
  });
  const duration = new Histogram({
    name: 'github_request_duration',
    help: 'Seconds that GitHub took to answer.',
    labelNames: ['token_hash', 'path', 'status', 'user_agent'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const timeouts = new Histogram({
    name: 'github_request_timeouts',
    help: 'Seconds after which GitHub could not be reached or did not answer.',
    labelNames: ['token_hash', 'path', 'user_agent'],
    buckets: [1, 5, 10, 20, 30, 60],
    registers,
  });
  const wait = new Histogram({
    name: 'github_request_wait_duration_seconds',
    help: 'Seconds that requests were held for the limits before they were sent.',
    labelNames: ['token_hash', 'request_type', 'api'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const putOff = new Counter({
    name: 'bowsprit_github_requests_put_off_total',
    help: 'Number of requests that were told to come back later, for the limits.',
    labelNames: ['token_hash', 'request_type', 'api'],
    registers,
  });
  const age = new Histogram({
    name: 'ghcache_cache_entry_age_seconds',
    help: 'Age of answers that were shown again.',
    labelNames: ['token_hash', 'path', 'user_agent'],
    buckets: [5, 900, 1800, 3600, 7200, 14_400],
    registers,
  });
  const outbound = new Gauge({
    name: 'concurrent_outbound_requests',
    help: 'Number of requests to GitHub that are under way.',
    registers,
  });
  const pending = new Gauge({
    name: 'pending_outbound_requests',
    help: 'Number of requests that wait to be sent to GitHub.',
    registers,
  });
  const bytes = new Gauge({
    name: 'bowsprit_github_cache_bytes',
    help: 'Bytes that kept answers take.',
    labelNames: ['where'],
    registers,
    collect() {
      for (const [where, value] of Object.entries(cacheBytes?.() ?? {})) bytes.set({ where }, value);
    },
  });

  const account = atMost(100);
  const path = atMost(300);
  const agent = atMost(50);
  const whole = ({ account: name, path: given, userAgent }: ProxiedRequest) => ({
    token_hash: account(name),
    path: path(simplePath(given)),
    user_agent: agent(agentName(userAgent)),
  });
  const byKind = ({ account: name, method, path: given }: ProxiedRequest) => ({
    token_hash: account(name),
    request_type: method,
    api: given === '/graphql' ? 'v4' : 'v3',
  });
  const started = (gauge: Gauge) => {
    gauge.inc();
    return () => gauge.dec();
  };

  return {
    answered: (request, mode) => responses.inc({ mode, ...whole(request) }),
    asked(request, status, seconds) {
      if (status === 0) timeouts.observe(whole(request), seconds);
      else duration.observe({ ...whole(request), status: String(status) }, seconds);
    },
    limit(name, { resource, remaining, resetMs }) {
      const labels = {
        token_hash: account(name),
        api_version: resource === 'graphql' ? 'v4' : 'v3',
        ratelimit_resource: resource,
      };
      usage.set(labels, remaining);
      reset.set(labels, resetMs * 1e6);
    },
    waited: (request, seconds) => wait.observe(byKind(request), seconds),
    putOff: (request) => putOff.inc(byKind(request)),
    shown: (request, ageSeconds) => age.observe(whole(request), ageSeconds),
    underWay: () => started(outbound),
    pending: () => started(pending),
  };
}

/** The first so many different values stay; the rest are one. */
function atMost(values: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= values) return 'other';
    seen.add(value);
    return value;
  };
}

/** The first name, without its version. */
function agentName(userAgent: string): string {
  return /^[A-Za-z][\w.-]{0,39}(?=[ /]|$)/.exec(userAgent)?.[0] ?? 'other';
}

/** What follows these words in a path is a name or a number of theirs, under the names that ghproxy has for it. */
const namesAfter: Readonly<Record<string, readonly string[]>> = {
  assignees: [':assigneeId'],
  blobs: [':sha'],
  branches: [':branch'],
  'check-runs': [':checkRunId'],
  'check-suites': [':checkSuiteId'],
  collaborators: [':collaboratorId'],
  comments: [':commentId'],
  commits: [':sha'],
  compare: [':sha'],
  deliveries: [':deliveryId'],
  events: [':eventId'],
  hooks: [':hookId'],
  installations: [':id'],
  issues: [':issueId'],
  keys: [':keyId'],
  labels: [':labelId'],
  members: [':login'],
  memberships: [':login'],
  milestones: [':milestone'],
  orgs: [':org'],
  pulls: [':pullId'],
  reactions: [':reactionId'],
  releases: [':releaseId'],
  repos: [':owner', ':repo'],
  repositories: [':repoId'],
  reviews: [':reviewId'],
  runs: [':runId'],
  statuses: [':statusId'],
  tags: [':sha'],
  team: [':teamId'],
  teams: [':teamId'],
  trees: [':sha'],
  users: [':username'],
};
/** The rest of the path is one name. */
const endsIn: Readonly<Record<string, string>> = {
  contents: ':contentId',
  ref: ':refId',
  refs: ':ref',
  'matching-refs': ':ref',
};
/** Words that stand for themselves, besides those above. */
const words = new Set(
  (
    'app access_tokens annotations applications attempts commit comments config events emails files git graphql installation ' +
    'invitations languages lock members merge merges meta notifications outside_collaborators pending permission protection rate_limit ' +
    'replies requested_reviewers required_status_checks search code status sub_issues timeline token topics update-branch user'
  ).split(' '),
);

/** A path without names and numbers; unknown ones are `unmatched`. */
export function simplePath(path: string): string {
  const given = path.split('/').filter(Boolean);
  const simple: string[] = [];
  for (let i = 0; i < given.length;) {
    const word = given[i] ?? '';
    const end = Object.hasOwn(endsIn, word) ? endsIn[word] : undefined;
    const names = Object.hasOwn(namesAfter, word) ? namesAfter[word] : undefined;
    if (!end && !names && !words.has(word)) return 'unmatched';
    simple.push(word);
    if (end) {
      if (i + 1 < given.length) simple.push(end);
      break;
    }
    const follows = given.slice(i + 1, i + 1 + (names?.length ?? 0));
    // `issues/comments/5`, `pulls/comments/5`: lists of the whole repository.
    const isWord = ['issues', 'pulls'].includes(word) && ['comments', 'events'].includes(follows[0] ?? '');
    const taken = isWord ? [] : (names ?? []).slice(0, follows.length);
    simple.push(...taken);
    i += 1 + taken.length;
  }
  return `/${simple.join('/')}`;
}
