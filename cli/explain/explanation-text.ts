/**
 * What the actor of a change knows, and why the change is where it is, as lines for a terminal. Texts of others (titles, labels,
 * names of jobs and branches) are made printable one by one.
 */
import type { Explanation, ExplainedJob } from '../../domain/review/explanation.ts';
import { printableLine } from '../../domain/review/printable-line.ts';
import { conditionWords } from '../../rules/tide/condition-words.ts';
import type { ExplainedReadiness } from '../../rules/tide/explained-readiness.ts';
import type { Condition, Verdict } from '../../rules/tide/merge-readiness.ts';
import { ago } from '../output.ts';

export interface ExplanationPage {
  explanation: Explanation;
  /** Absent for what is no open change. */
  readiness?: ExplainedReadiness;
  /** The file with the Tide queries. */
  configPath: string;
  endedAt?: Date;
  /** Of the actor in the Temporal UI. */
  actorUrl?: string;
  now: number;
}

/** The latest; all are in the JSON. */
const shownStories = 12;
const shownFailures = 5;
const shownAgain = 3;

export function explanationText(page: ExplanationPage): string[] {
  const { explanation, now } = page;
  return [
    ...head(explanation),
    ...readinessLines(page),
    ...section('Jobs', jobRows(explanation.jobs, now)),
    ...section('What happened', stories(explanation, now)),
    ...section('What failed', failures(explanation, now)),
    ...section('What it waits for', waiting(explanation, now)),
    ...section('Actor', actor(page)),
  ];
}

function head({ target, item }: Explanation): string[] {
  const name = `${target.org}/${target.repo}${target.kind === 'change' ? `#${target.number}` : ''}`;
  if (!item) return [line(name), '  Nothing is known of it yet but its number.'];
  const { author, baseRef, headSha, labels } = item;
  const facts = [
    `by ${line(author)}`,
    stateOf(item),
    ...(baseRef === undefined ? [] : [`into ${line(baseRef)}`]),
    ...(headSha === undefined ? [] : [`head ${line(headSha.slice(0, 12))}`]),
  ];
  return [
    `${line(name)} ${line(item.title)}`,
    `  ${facts.join(', ')}`,
    `  ${line(item.url, 300)}`,
    `  labels: ${
      labels === undefined
        ? 'not known yet'
        : labels
            .toSorted()
            .map((label) => line(label))
            .join(', ') || 'none'
    }`,
  ];
}

function stateOf({ state, merged, draft }: NonNullable<Explanation['item']>): string {
  return merged ? 'merged' : draft ? `${state} as a draft` : state;
}

const marks: Readonly<Record<Verdict, string>> = { met: '✓', unmet: '✗', unknown: '?' };
/** What is missing first. */
const order: readonly Verdict[] = ['unmet', 'unknown', 'met'];

function readinessLines({ readiness, explanation, configPath }: ExplanationPage): string[] {
  if (!readiness) return [];
  const { org, repo } = explanation.target;
  const { nearest, queries, contexts, policyProblem, awaitsOwnJobs } = readiness;
  const conditions = [...(nearest?.conditions ?? []), ...contexts];
  const marked = order.flatMap((verdict) => conditionLines(conditions.filter((each) => each.verdict === verdict)));
  const file = line(configPath, 300);
  const which = nearest
    ? `${queries.length > 1 ? `the nearest of ${queries.length} Tide queries is` : 'its Tide query is'} tide.queries[${nearest.index}] of ${file}`
    : `no Tide query of ${file} is about ${line(`${org}/${repo}`)}`;
  return [
    '',
    `${verdicts[readiness.verdict]}: ${which}`,
    ...marked,
    ...(policyProblem === undefined ? [] : [`  ? ${line(policyProblem, 300)}`]),
    ...(awaitsOwnJobs ? ['  ? jobs that the repository configures itself: none has started for this head'] : []),
  ];
}

const verdicts: Readonly<Record<Verdict, string>> = {
  met: 'Ready to merge',
  unmet: 'Not ready to merge',
  unknown: 'Nothing known is missing, but not all is known',
};

/** Labels that are rightly absent are many and of little interest: one line for all. */
function conditionLines(conditions: readonly Condition[]): string[] {
  const isAbsent = ({ kind, verdict }: Condition) => kind === 'noLabel' && verdict === 'met';
  const absent = conditions.filter(isAbsent);
  const others = absent.length > 1 ? conditions.filter((each) => !isAbsent(each)) : conditions;
  return [
    ...others.map((each) => `  ${marks[each.verdict]} ${line(conditionWords(each))}`),
    ...(absent.length > 1
      ? [`  ${marks.met} none of ${absent.map(({ name }) => line(name)).join(', ')} is on it`]
      : []),
  ];
}

function jobRows(jobs: readonly ExplainedJob[], now: number): string[] {
  const rows = jobs.map((job) => [
    line(job.job),
    job.superseded ? 'superseded' : job.state,
    `${ago(now - Date.parse(job.startedAt))} ago`,
    line(job.url ?? job.description ?? '', 300),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}

/** Events that called for something; the others are only counted. */
function stories({ stories: all }: Explanation, now: number): string[] {
  const done = all.filter(({ did }) => did.length > 0);
  const shown = done.slice(-shownStories);
  const others = all.length - shown.length;
  return [
    ...shown.map(
      ({ at, story, did }) => `${since(at, now)}  ${line(story)} → ${did.map((each) => line(each)).join('; ')}`,
    ),
    ...(others > 0
      ? [counted(others, 'other event', 'called for nothing or came earlier; --output json has them')]
      : []),
  ];
}

function failures({ failures: all }: Explanation, now: number): string[] {
  return all
    .slice(-shownFailures)
    .map(({ at, story, what, reason }) => `${since(at, now)}  ${line(story)}: ${line(what)}: ${line(reason, 300)}`);
}

function waiting({ doing, waiting: { events, reports, again, errands } }: Explanation, now: number): string[] {
  return [
    ...(doing === undefined ? [] : [`now: ${line(doing, 200)}`]),
    ...(events === 0 ? [] : [counted(events, 'event', 'in line')]),
    ...(reports === 0 ? [] : [counted(reports, 'status', 'to be written')]),
    ...errands.map((errand) => `under way: ${line(errand, 300)}`),
    ...again
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
      .slice(0, shownAgain)
      .map(({ what, at }) => `again in ${ago(Date.parse(at) - now)}: ${line(what, 300)}`),
    ...(again.length > shownAgain ? [`and ${again.length - shownAgain} more to look at again`] : []),
  ];
}

function actor({ explanation, endedAt, actorUrl, now }: ExplanationPage): string[] {
  const { endsAt, handled } = explanation;
  const life =
    endedAt !== undefined
      ? `ended ${ago(now - endedAt.getTime())} ago, as nothing was left to be done; the next event begins another`
      : endsAt !== undefined
        ? `waits for events; ends in ${ago(Date.parse(endsAt) - now)} if none comes`
        : 'at work';
  return [`${life}; ${counted(handled, 'event', 'so far')}`, ...(actorUrl === undefined ? [] : [actorUrl])];
}

function section(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...rows.map((row) => `  ${row}`.trimEnd())];
}

function since(at: string, now: number): string {
  return `${ago(now - Date.parse(at))} ago`.padStart(11);
}

function counted(count: number, what: string, rest: string): string {
  const plural = what.endsWith('s') ? `${what}es` : `${what}s`;
  return `${count} ${count === 1 ? what : plural} ${rest}`;
}

function line(text: string, maxLength = 120): string {
  return printableLine(text, maxLength);
}
