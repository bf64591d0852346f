/**
 * The one comment that lists the failed tests of a pull (spec plugins-community.md B.2.4). Its own earlier text is its only
 * memory, so that it survives whoever wrote it.
 */
import type { ProwJob } from '../../domain/prowjob.ts';
import type { Bot } from '../../domain/review/host.ts';
import type { IssueComment } from '../../domain/review/item.ts';
import { isBot } from '../own-comments.ts';
import { pullsOf } from './reported-jobs.ts';

export const reportTag = '<!-- test report -->';

/** Calls in the order in which they are to be made. */
export type CommentStep =
  { op: 'delete'; id: number } | { op: 'edit'; id: number; body: string } | { op: 'create'; body: string };

export interface ReportCommentOptions {
  bot: Bot;
  /** Output of the configured template, below the table. */
  footer?: string;
  /** Say so when nothing has failed (summary mode). */
  celebrates: boolean;
}

/** What to do about the comment after some jobs of the pull were reported. */
export function reportCommentSteps(
  reported: readonly ProwJob[],
  comments: readonly IssueComment[],
  options: ReportCommentOptions,
): CommentStep[] {
  const jobs = reported.filter((job) => job.status.completionTime !== undefined && pullsOf(job) === 1);
  const [first] = jobs;
  if (!first) return [];
  const own = comments.filter(({ author, body }) => isBot(options.bot, author) && body.includes(reportTag));
  const latest = own.at(-1);
  const contexts = new Set(jobs.map(contextOf));
  const kept = newestRows(own.flatMap(({ body }) => rowsIn(body))).filter((row) => !contexts.has(identityOf(row)));
  const failed = jobs.filter(({ status }) => status.state === 'failure').map(rowFor);
  const rows = [...kept, ...failed];
  // A new failure is worth a new comment, which people are told of; fewer failures only change the old one.
  const replaces = failed.length > 0 || rows.length === 0;
  const deleted = own.filter((comment) => comment !== latest || replaces);
  const steps: CommentStep[] = deleted.map(({ id }) => ({ op: 'delete', id }));
  const author = first.spec.refs?.pulls?.[0]?.author ?? '';
  if (rows.length > 0) {
    const body = failureText(author, rows, options.footer);
    return [...steps, latest && !replaces ? { op: 'edit', id: latest.id, body } : { op: 'create', body }];
  }
  const allPassed = options.celebrates && jobs.every(({ status }) => status.state === 'success');
  return allPassed ? [...steps, { op: 'create', body: passedText(author, options.footer) }] : steps;
}

function contextOf({ spec }: ProwJob): string {
  return spec.context || spec.job;
}

/** Lines between a line of dashes and the next empty one. */
function rowsIn(body: string): string[] {
  const rows: string[] = [];
  let isInTable = false;
  for (const line of body.split('\n').map((each) => each.trim())) {
    if (line.startsWith('---')) isInTable = true;
    else if (line === '') isInTable = false;
    else if (isInTable) rows.push(line);
  }
  return rows;
}

/** Of rows about the same context, the last. */
function newestRows(rows: readonly string[]): string[] {
  return rows.filter((row, index) => !rows.slice(index + 1).some((later) => identityOf(later) === identityOf(row)));
}

function identityOf(row: string): string {
  return row.split(' | ', 1)[0] ?? row;
}

function rowFor(job: ProwJob): string {
  const { spec, status, metadata } = job;
  const isOptional = metadata.labels['prow.k8s.io/is-optional'];
  const required = spec.type === 'presubmit' ? isRequired(isOptional) : 'unknown';
  const command = spec.rerun_command ?? '';
  const sha = spec.refs?.pulls?.[0]?.sha ?? '';
  return [contextOf(job), sha, `[link](${status.url ?? ''})`, required, `\`${command}\``].join(' | ');
}

/** The label says whether the job is optional. */
function isRequired(isOptional: string | undefined): string {
  if (isOptional === 'true') return 'false';
  return isOptional === 'false' ? 'true' : 'unknown';
}

const header = 'Test name | Commit | Details | Required | Rerun command\n--- | --- | --- | --- | ---';
const help = [
  '<details>',
  '',
  'A test runs again when somebody writes its command in a new comment. I am a bot; [commands that I know](https://go.k8s.io/bot-commands).',
  '</details>',
  reportTag,
];

function failureText(author: string, rows: readonly string[], footer: string | undefined): string {
  const what = rows.length > 1 ? 'tests' : 'test';
  return [
    `@${author}: The following ${what} **failed**, say \`/retest\` to rerun all failed tests or \`/retest-required\` to rerun all mandatory failed tests:`,
    '',
    header,
    ...rows,
    ...(footer ? ['', footer] : []),
    '',
    ...help,
  ].join('\n');
}

function passedText(author: string, footer: string | undefined): string {
  return [`@${author}: All tests passed!`, ...(footer ? ['', footer] : []), '', ...help].join('\n');
}
