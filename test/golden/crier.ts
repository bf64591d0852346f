/** Evaluates a case of `crier/github.jsonl` (golden data, crier/README.md): statuses and the report comment, job after job. */
import type { ProwJob, ProwJobState, ProwJobType } from '../../domain/prowjob.ts';
import type { ChangeJob } from '../../domain/review/change-jobs.ts';
import type { IssueComment } from '../../domain/review/item.ts';
import { executeTemplate } from '../../rules/gotemplate/execute-template.ts';
import { parseTemplate } from '../../rules/gotemplate/parse-template.ts';
import { prowJobView } from '../../rules/gotemplate/prowjob-view.ts';
import { commitStatusOf } from '../../rules/report/commit-status.ts';
import { reportCommentSteps, reportTag, type CommentStep } from '../../rules/report/report-comment.ts';
import { describedForBase } from '../../rules/status-description.ts';
import { changeJobOf } from '../../rules/report/report-facts.ts';
import { isReported, summarisedJobs } from '../../rules/report/reported-jobs.ts';
import type { DeclaredRule } from './declared-rule.ts';
import type { Evaluation } from './decode.ts';

interface CrierJob {
  name: string;
  job: string;
  context: string;
  type: ProwJobType;
  state: ProwJobState;
  complete: boolean;
  report: boolean;
  agent: string;
  isOptionalLabel?: string;
  gerritReportLabel?: string;
  rerunCommand?: string;
  url?: string;
  description?: string;
  baseSHA?: string;
  pulls: { author: string; number: number; sha: string }[] | null;
  createdSecond: number;
}

export interface CrierCase {
  id: string;
  input: {
    org: string;
    repo: string;
    reportAgentFlag?: string;
    job_types_to_report?: string[];
    no_comment_repos?: string[];
    summary_comment_repos?: string[];
    reportTemplate?: string;
    comments?: { id: number; author: string; body: string }[];
    otherJobsInCluster?: CrierJob[];
    statusError?: string;
    listCommentsError?: boolean;
    deleteCommentError?: boolean;
    reports: CrierJob[];
  };
  expect: Record<string, unknown>[];
}

const bot = { login: 'ci-bot', isApp: false };

export function evaluateCrierCase({ input, expect: golden }: CrierCase): Evaluation {
  const world = createWorld(input);
  const ours = input.reports.map((job) => sorted(world.report(job)));
  const comparable = golden.map((entry) => sorted(withoutLengths(entry)));
  return { ours, golden: comparable, equal: JSON.stringify(ours) === JSON.stringify(comparable) };
}

/** Errors of the status call after which a report counts as made: the commit will never take one (B.2.2). */
const givenUp = ['maximum number of statuses', '"message":"Not Found"', 'No commit found for SHA:'];

/** Comments live on from one report to the next; new ones get ids from 5001. */
function createWorld(input: CrierCase['input']) {
  const both = ['presubmit', 'postsubmit'];
  const agent = input.reportAgentFlag ?? '';
  const rules = { jobTypes: input.job_types_to_report ?? both, agent };
  const covers = (repos: string[] = []) => repos.includes(input.org) || repos.includes(`${input.org}/${input.repo}`);
  let comments: IssueComment[] = (input.comments ?? []).map(commentOf);
  let nextId = 5001;
  const others = (input.otherJobsInCluster ?? []).map((job) => prowJobOf(job, input));
  const known = new Map<string, ProwJob>(others.map((job) => [job.metadata.name, job]));

  const factsOf = (job: ProwJob) => changeJobOf(job, `job:${job.metadata.name}`, rules);

  const carryOut = (steps: readonly CommentStep[]) =>
    steps.map((step) => {
      if (step.op === 'delete') {
        comments = comments.filter(({ id }) => id !== step.id);
        return { op: 'delete', id: step.id };
      }
      if (step.op === 'edit') {
        comments = comments.map((each) => (each.id === step.id ? { ...each, body: step.body } : each));
        return { op: 'edit', id: step.id, ...textFacts(step.body) };
      }
      const id = nextId++;
      comments = [...comments, commentOf({ id, author: bot.login, body: step.body })];
      return { op: 'create', newID: id, ...textFacts(step.body) };
    });

  return {
    report(given: CrierJob): Record<string, unknown> {
      const job = prowJobOf(given, input);
      known.set(job.metadata.name, job);
      const reportable = { spec: job.spec, labels: job.metadata.labels };
      if (!isReported(reportable, { jobTypes: both, agent })) return { shouldReport: false };
      // The reference asks for the configured types one step later.
      if (!isReported(reportable, rules)) return outcome({ statuses: [] });
      const failed = (statuses: unknown[] = []) => outcome({ error: true, statuses });
      const facts = factsOf(job);
      const status = facts && commitStatusOf(facts);
      if (!status) return outcome({ statuses: [] });
      if (input.statusError !== undefined) {
        const isFinal = givenUp.some((text) => input.statusError?.includes(text));
        return isFinal ? outcome({ statuses: [] }) : failed();
      }
      const { targetUrl: targetURL, ...rest } = status;
      const statuses = [{ ...rest, targetURL }];
      if (covers(input.no_comment_repos) || !job.spec.refs?.pulls?.length) return outcome({ statuses });
      const summarises = covers(input.summary_comment_repos);
      const jobs = summarises ? summarisedJobs(ofPull(job, known).flatMap((one) => factsOf(one) ?? [])) : [facts];
      if (!jobs || !jobs.some(({ complete }) => complete)) return outcome({ statuses });
      if (input.listCommentsError) return failed(statuses);
      const steps = stepsFor(jobs, summarises);
      if (!steps) return failed(statuses);
      const isStuck = input.deleteCommentError && steps.some(({ op }) => op === 'delete');
      return isStuck ? failed(statuses) : outcome({ statuses, comments: carryOut(steps) });
    },
  };

  /** Undefined where the template cannot be executed, which only matters where its text is needed. */
  function stepsFor(jobs: readonly ChangeJob[], celebrates: boolean): CommentStep[] | undefined {
    const plain = reportCommentSteps(jobs, comments, { bot, celebrates });
    if (!input.reportTemplate || plain.every(({ op }) => op === 'delete')) return plain;
    try {
      const footer = executeTemplate(
        parseTemplate(input.reportTemplate),
        prowJobView(known.get(jobs[0]?.name ?? '') ?? {}),
      );
      return reportCommentSteps(jobs, comments, { bot, celebrates, footer });
    } catch {
      return undefined;
    }
  }
}

function outcome({
  error = false,
  statuses = [],
  comments = [],
}: {
  error?: boolean;
  statuses?: unknown[];
  comments?: unknown[];
}) {
  return { shouldReport: true, error, markedReported: !error, statuses, comments };
}

/** Jobs of the same pull, by their labels. */
function ofPull(job: ProwJob, known: ReadonlyMap<string, ProwJob>): ProwJob[] {
  const pull = (each: ProwJob) => each.spec.refs?.pulls?.[0]?.number;
  return [...known.values()].filter((each) => pull(each) === pull(job));
}

function commentOf({ id, author, body }: { id: number; author: string; body: string }): IssueComment {
  return { id, author, authorType: 'User', body, url: '', createdAt: '', updatedAt: '' };
}

function prowJobOf(given: CrierJob, { org, repo }: CrierCase['input']): ProwJob {
  const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: {
      name: given.name,
      namespace: 'default',
      creationTimestamp: time(given.createdSecond),
      labels: {
        ...(given.isOptionalLabel && { 'prow.k8s.io/is-optional': given.isOptionalLabel }),
        ...(given.gerritReportLabel && { 'prow.k8s.io/gerrit-report-label': given.gerritReportLabel }),
      },
      annotations: {},
    },
    spec: {
      type: given.type,
      job: given.job,
      agent: given.agent,
      context: given.context,
      report: given.report,
      ...(given.rerunCommand && { rerun_command: given.rerunCommand }),
      refs: {
        org,
        repo,
        base_ref: 'main',
        ...(given.baseSHA && { base_sha: given.baseSHA }),
        pulls: given.pulls ?? [],
      },
    },
    status: {
      startTime: time(given.createdSecond),
      state: given.state,
      ...(given.complete && { completionTime: time(given.createdSecond + 1) }),
      ...(given.description !== undefined && { description: given.description }),
      ...(given.url && { url: given.url }),
    },
  };
}

function textFacts(body: string): Record<string, unknown> {
  const lines = body.split('\n');
  const start = lines.findIndex((line) => line.startsWith('---'));
  const rest = lines.slice(start + 1);
  const rows = start < 0 ? [] : rest.slice(0, rest.indexOf(''));
  const template = /TPL\[[^]*?\]/.exec(body)?.[0];
  return {
    rows,
    table: start >= 0,
    mention: /^@([\w-]+)/.exec(body)?.[1] ?? '',
    pluralHeading: /following tests/.test(body),
    endsWithTag: body.endsWith(reportTag),
    ...(template !== undefined && { template }),
  };
}

/** Padding is a matter of taste (B.2.2): texts are compared without it, and so without their lengths. */
function withoutLengths(entry: Record<string, unknown>): Record<string, unknown> {
  const statuses = Array.isArray(entry['statuses']) ? entry['statuses'] : undefined;
  if (!statuses) return entry;
  return {
    ...entry,
    statuses: statuses.map((status: Record<string, unknown>) => {
      const { descriptionBytes: _bytes, descriptionChars: _chars, ...rest } = status;
      return rest;
    }),
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'string') return value.replaceAll(/\u2001+/g, '\u2001');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

const anyReport = ({ input }: CrierCase, test: (job: CrierJob) => boolean) => input.reports.some(test);
const oursFor = (given: CrierCase) => evaluateCrierCase(given).ours;

export const crierDifferences: readonly DeclaredRule<CrierCase>[] = [
  {
    name: 'scheduling is pending',
    reason: 'plugins-community.md B.2.2, Q7: upstream does not know the state and fails until it moves; report pending',
    applies: (given) => anyReport(given, ({ state }) => state === 'scheduling'),
    expected: (given) =>
      given.expect
        .map((_entry, index) => ({
          ...outcome({ statuses: statusesOf(oursFor(given), index) }),
          statuses: statusesOf(oursFor(given), index).map((status) => ({ ...status, state: 'pending' })),
        }))
        .map(sorted),
  },
  {
    name: 'a job of several pulls counts as reported',
    reason: 'plugins-community.md B.2.1: the step after fails on the count of pulls for ever; treat as reported',
    applies: (given) => anyReport(given, ({ pulls }) => (pulls?.length ?? 0) > 1),
    expected: (given) => given.expect.map(() => sorted(outcome({ statuses: [] }))),
  },
  {
    name: 'descriptions are measured in characters, and cut only where they have to be',
    reason:
      'plugins-community.md B.2.2, Q8: bytes are counted, padding takes room from the text, and characters are split',
    applies: (given) => anyReport(given, ({ description = '', baseSHA = '' }) => isCutUpstream(description, baseSHA)),
    expected: (given) =>
      given.expect
        .map((entry, index) => ({
          ...withoutLengths(entry),
          statuses: statusesOf(given.expect, index).map(
            ({ descriptionBytes: _b, descriptionChars: _c, ...status }) => ({
              ...status,
              description: describedForBase(
                given.input.reports[index]?.description ?? '',
                given.input.reports[index]?.baseSHA,
              ),
            }),
          ),
        }))
        .map(sorted),
  },
  {
    name: 'all passed is only said where all have',
    reason: 'plugins-community.md B.2.4: a job in state error does not prevent the comment [fix]',
    applies: ({ input }) =>
      (input.summary_comment_repos ?? []).length > 0 &&
      [...(input.otherJobsInCluster ?? []), ...input.reports].some(({ state }) => state === 'error'),
    expected: (given) =>
      given.expect.map((entry) => sorted({ ...withoutLengths(entry), comments: withoutPraise(entry['comments']) })),
  },
];

function statusesOf(entries: unknown, index: number): Record<string, unknown>[] {
  const list: unknown[] = Array.isArray(entries) ? entries : [];
  const entry = list[index] as { statuses?: Record<string, unknown>[] } | undefined;
  return entry?.statuses ?? [];
}

/** Where its bytes and a padding of a quarter of the room exceed 140. */
function isCutUpstream(description: string, baseSha: string): boolean {
  const bytes = Buffer.byteLength(description);
  const characters = Array.from(description).length;
  const room = 140 - (baseSha ? ` BaseSHA:${baseSha}`.length : 0);
  return bytes > characters || (characters > room - 6 && characters <= room);
}

/** The comment that all tests passed has no table. */
function withoutPraise(comments: unknown): unknown[] {
  const list: unknown[] = Array.isArray(comments) ? comments : [];
  return list.filter((each) => (each as { table?: boolean; op?: string }).table !== false);
}
