/** Which ProwJob a person means: by its name, or the newest run of a job. */
import type { ProwJobs, ProwJobSummary } from '../clients/temporal/api.ts';
import { findSoon } from '../clients/temporal/find-soon.ts';
import { CliError } from './cli-error.ts';
import { quoted } from './quoted.ts';

/** A run by the ProwJob's name, else the newest run of the job of that name. */
export async function findRun(prowJobs: ProwJobs, name: string, query?: string): Promise<ProwJobSummary> {
  const found = await findSoon(prowJobs, name);
  if (found) return found;
  const filter = [`ProwJob=${quoted(name)}`, query].filter(Boolean).join(' AND ');
  for await (const summary of prowJobs.list({ query: filter })) return summary;
  throw new CliError(
    `No ${query ? 'running ' : ''}ProwJob or job named ${name} is known. \`bowsprit jobs list\` shows all.`,
  );
}
