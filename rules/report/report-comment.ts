/**
 * The one comment that lists the failed tests of a pull (spec plugins-community.md B.2.4). Its own earlier text is its only
 * memory, so that it survives whoever wrote it.
 */
import type { ChangeJob, ReportFacts } from '../../domain/review/change-jobs.ts';
import type { Bot } from '../../domain/review/host.ts';
import type { IssueComment } from '../../domain/review/item.ts';
import { isBot } from '../own-comments.ts';
import { codeCell, linkCell, nameCell } from './table-cells.ts';

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

type ReportedJob = ChangeJob & { report: ReportFacts };

/** The jobs among those reported that the comment is about. */
export function jobsOfComment(reported: readonly ChangeJob[]): ReportedJob[] {
  return reported.filter((job): job is ReportedJob => job.complete && job.report !== undefined);
}

/** What to do about the comment after some jobs of the pull were reported. */
export function reportCommentSteps(
  reported: readonly ChangeJob[],
  comments: readonly IssueComment[],
  options: ReportCommentOptions,
): CommentStep[] {
  const jobs = jobsOfComment(reported);
  const [first] = jobs;
  if (!first) return [];
  const own = comments.filter(({ author, body }) => isBot(options.bot, author) && body.includes(reportTag));
  const latest = own.at(-1);
  const names = new Set(jobs.map(({ report }) => nameCell(report.context)));
  const kept = newestRows(own.flatMap(({ body }) => rowsIn(body))).filter((row) => !names.has(identityOf(row)));
  const failed = jobs.filter(({ state }) => state === 'failure').map(rowFor);
  const rows = [...kept, ...failed];
  // A new failure is worth a new comment, which people are told of; fewer failures only change the old one.
  const replaces = failed.length > 0 || rows.length === 0;
  const deleted = own.filter((comment) => comment !== latest || replaces);
  const steps: CommentStep[] = deleted.map(({ id }) => ({ op: 'delete', id }));
  const { author } = first.report;
  if (rows.length > 0) {
    const body = failureText(author, rows, options.footer);
    return [...steps, latest && !replaces ? { op: 'edit', id: latest.id, body } : { op: 'create', body }];
  }
  const allPassed = options.celebrates && jobs.every(({ state }) => state === 'success');
  return allPassed ? [...steps, { op: 'create', body: passedText(author, options.footer) }] : steps;
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

function rowFor({ type, url = '', report }: ReportedJob): string {
  const required = type === 'presubmit' ? isRequired(report) : 'unknown';
  const command = codeCell(report.rerunCommand ?? '');
  return [nameCell(report.context), report.sha, `[link](${linkCell(url)})`, required, command].join(' | ');
}

/** The label says whether the job is optional. */
function isRequired({ optional }: ReportFacts): string {
  return optional === undefined ? 'unknown' : String(!optional);
}

const header = 'Test name | Commit | Details | Required | Rerun command\n--- | --- | --- | --- | ---';
const help = [
  '<details>',
  '',
  'A test runs again when somebody writes its command in a new comment. I am a bot; [commands that I know](https://go.k8s.io/bot-commands).',
  '</details>',
  reportTag,
];

/** Characters that a host takes, less what the marker needs. */
const maxBody = 65_000;

/** Without the oldest rows where all would be too long (Q16). */
function failureText(author: string, rows: readonly string[], footer: string | undefined): string {
  for (let dropped = 0; dropped < rows.length - 1; dropped += 1) {
    const text = textWith(author, rows.slice(dropped), dropped, footer);
    if (text.length <= maxBody) return text;
  }
  return textWith(author, rows.slice(-1), rows.length - 1, footer);
}

function textWith(author: string, rows: readonly string[], dropped: number, footer: string | undefined): string {
  const what = rows.length > 1 ? 'tests' : 'test';
  return [
    `@${author}: The following ${what} **failed**, say \`/retest\` to rerun all failed tests or \`/retest-required\` to rerun all mandatory failed tests:`,
    '',
    header,
    ...rows,
    ...(dropped > 0 ? ['', `${dropped} older failures are left out: the comment would be too long.`] : []),
    ...(footer ? ['', footer] : []),
    '',
    ...help,
  ].join('\n');
}

function passedText(author: string, footer: string | undefined): string {
  return [`@${author}: All tests passed!`, ...(footer ? ['', footer] : []), '', ...help].join('\n');
}
