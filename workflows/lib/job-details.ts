/** The markdown that the Temporal UI shows for a running ProwJob (user metadata; costs no event). */
import type { ProwJob } from '../../domain/prowjob.ts';

export function describeJob(job: ProwJob): string {
  const { status, spec } = job;
  const lines = [
    `**${status.state}** ${plain(status.description ?? '')}`,
    `- job: \`${spec.job}\` (${spec.type})`,
    `- build: \`${status.build_id ?? ''}\``,
    `- started: ${status.startTime}`,
  ];
  if (status.url?.startsWith('http')) lines.push(`- [log and results](${encodeURI(status.url)})`);
  return lines.join('\n');
}

/** Descriptions may carry text of others: nothing in them is markdown. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>]/g, (char) => `\\${char}`);
}
