/** Variables in the form that containers take them, in the order given. Empty ones are there without a value (spec jobs.md 5.8). */
import type { EnvVar } from '../../domain/job-config.ts';

export function envVars(variables: Readonly<Record<string, string>>): EnvVar[] {
  return Object.entries(variables).map(([name, value]) => (value === '' ? { name } : { name, value }));
}
