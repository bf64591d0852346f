/** The markdown that the Temporal UI shows for a running actor (user metadata; costs no event). */
import type { ActorTarget } from '../../domain/review/actor-target.ts';
import type { ExplainedJob, Explanation } from '../../domain/review/explanation.ts';
import { codeSpan, plainMarkdown } from './plain-markdown.ts';

const shownJobs = 30;
const shownStories = 10;

export function describeActor({ target, item, jobs, stories, failures, doing, waiting, endsAt }: Explanation): string {
  const lines = [titleOf(target, item)];
  if (item) {
    const { state, merged, draft, author, baseRef, headSha, labels = [] } = item;
    const what = [merged ? 'merged' : state, draft ? 'draft' : '', `by ${plainMarkdown(author)}`];
    if (headSha) what.push(`head ${codeSpan(headSha.slice(0, 12))}`);
    if (baseRef) what.push(`into ${codeSpan(baseRef)}`);
    lines.push(what.filter(Boolean).join(', '));
    if (labels.length > 0) lines.push(`Labels: ${labels.map(codeSpan).join(' ')}`);
  }
  section(lines, 'Jobs', jobs.slice(-shownJobs).map(jobLine));
  section(
    lines,
    'Latest events',
    stories
      .slice(-shownStories)
      .map(({ story, did }) => `${plainMarkdown(story)} → ${plainMarkdown(did.join(', ') || 'nothing')}`),
  );
  section(lines, 'Waiting', waitingLines(doing, waiting));
  section(
    lines,
    'Failures',
    failures.map(
      ({ what, story, reason }) => `${plainMarkdown(what)} (${plainMarkdown(story)}): ${plainMarkdown(reason)}`,
    ),
  );
  if (endsAt) lines.push('', `Ends at ${endsAt} unless something happens.`);
  return lines.join('\n');
}

function titleOf(target: ActorTarget, item: Explanation['item']): string {
  const name = plainMarkdown(`${target.org}/${target.repo}${target.kind === 'change' ? `#${target.number}` : ''}`);
  const title = item ? ` ${plainMarkdown(item.title)}` : '';
  const url = item?.url.startsWith('http') ? encodeURI(item.url).replaceAll(/[()]/g, '') : undefined;
  return `**${url ? `[${name}](${url})` : name}**${title}`;
}

function jobLine({ job, context, state, url, description, superseded }: ExplainedJob): string {
  const name = codeSpan(context ?? job);
  const link = url?.startsWith('http') ? `[${name}](${encodeURI(url).replaceAll(/[()]/g, '')})` : name;
  const detail = superseded ? 'a newer run has begun' : (description ?? '');
  return [`${link}: ${state}`, plainMarkdown(detail)].filter(Boolean).join(', ');
}

function waitingLines(doing: string | undefined, waiting: Explanation['waiting']): string[] {
  const lines = doing === undefined ? [] : [plainMarkdown(doing)];
  if (waiting.events > 0) lines.push(`${waiting.events} events in line`);
  if (waiting.reports > 0) lines.push(`${waiting.reports} statuses to be written`);
  for (const { what, at } of waiting.again) lines.push(`${plainMarkdown(what)}, again at ${at}`);
  return [...lines, ...waiting.errands.map(plainMarkdown)];
}

function section(lines: string[], title: string, entries: readonly string[]): void {
  if (entries.length > 0) lines.push('', title, ...entries.map((entry) => `- ${entry}`));
}
