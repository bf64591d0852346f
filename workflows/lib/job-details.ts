/** The markdown that the Temporal UI shows for a running ProwJob (user metadata; costs no event). */
import type { ProwJob } from '../../domain/prowjob.ts';
import { plainMarkdown } from './plain-markdown.ts';

export function describeJob(job: ProwJob): string {
  const { status, spec } = job;
  const lines = [
    `**${status.state}** ${plainMarkdown(status.description ?? '')}`,
    `- job: \`${spec.job}\` (${spec.type})`,
    `- build: \`${status.build_id ?? ''}\``,
    `- started: ${status.startTime}`,
  ];
  if (status.url?.startsWith('http')) lines.push(`- [log and results](${encodeURI(status.url)})`);
  return lines.join('\n');
}
