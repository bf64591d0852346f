/**
 * Build ids (spec jobs.md 4.5): a snowflake made from the workflow's own clock and random numbers, which costs no event and
 * is the same on every retry, or a number vended by tot where one is configured.
 */
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { snowflake } from '../../domain/snowflake.ts';
import type { JobActivities } from './job-activities.ts';

export async function newBuildId(input: ProwJobInput, acts: Pick<JobActivities, 'vendBuildId'>): Promise<string> {
  if (input.tot) return await acts.vendBuildId(input.spec.job);
  const random = (values: number) => Math.floor(Math.random() * values);
  return snowflake(Date.now(), random(1024), random(4096));
}
