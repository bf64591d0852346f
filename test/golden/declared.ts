/**
 * Every declared difference in one place: where the specification rules a behaviour of the reference a defect to be mended.
 * At most 2 % of a file may fall under them (`run.ts`).
 */
import { loadAll } from 'js-yaml';
import type { DeclaredRule } from './declared-rule.ts';
import { evaluateDecodeCase, type DecodeCase } from './decode.ts';
import { has, isRecord } from './kind.ts';
import { refusedAtLoad, type PodsCase } from './pods.ts';
import { selectionDifferences } from './selection-differences.ts';

export const decodeDifferences: readonly DeclaredRule<DecodeCase>[] = [
  {
    name: 'a cron expression with a time zone is refused at load',
    reason:
      'jobs.md 3.7: it passes load validation but cannot be scheduled, and keeps later entries from being added [fix]',
    applies: (given) => !given.error && valuesOf(given, 'cron').some(hasTimeZone),
    expected: () => ({ error: true }),
  },
  {
    name: "a periodic keeps its own interval beside the retry's",
    reason: 'jobs.md 3.7: the loader stores retry.interval over the job’s own interval [fix]',
    applies: (given) => !given.error && valuesOf(given, 'retry').some((retry) => has(retry, 'interval')),
    async expected(given) {
      // All else as in the reference; the interval is that of the text.
      const { ours, golden } = await evaluateDecodeCase(given);
      return withIntervalsOf(golden, ours);
    },
  },
];

export const podsDifferences: readonly DeclaredRule<PodsCase>[] = [
  {
    name: 'a cron expression with a time zone is refused at load',
    reason: 'jobs.md 3.7: as for decoding [fix]',
    applies: ({ kind, job, expectLoadError }) => !expectLoadError && kind === 'periodic' && hasTimeZone(job['cron']),
    expected: () => refusedAtLoad,
  },
];

export { selectionDifferences };

function hasTimeZone(cron: unknown): boolean {
  return /^(CRON_)?TZ=/.test(String(cron));
}

/** The values of a key anywhere in the files of a case. */
function valuesOf({ files }: DecodeCase, key: string): unknown[] {
  const found: unknown[] = [];
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isRecord(value)) return;
    if (value[key]) found.push(value[key]);
    Object.values(value).forEach(visit);
  };
  for (const text of Object.values(files)) {
    try {
      visit(loadAll(text)[0]);
    } catch {
      // Not the YAML of this parser; then it is not what these rules are about.
    }
  }
  return found;
}

/** The golden jobs, each retried periodic with the interval that its own `interval` key says. */
function withIntervalsOf(golden: unknown, ours: unknown): unknown {
  const jobsOf = (value: unknown) => (isRecord(value) && Array.isArray(value['jobs']) ? value['jobs'] : []);
  const mine: unknown[] = jobsOf(ours);
  const jobs = jobsOf(golden).map((entry: unknown, index) => {
    const other = mine[index];
    if (!isRecord(entry) || !isRecord(entry['job']) || !isRecord(other) || !isRecord(entry['job']['retry']))
      return entry;
    const { intervalNs: _retry, ...rest } = entry;
    return entry['job']['interval'] ? { ...rest, intervalNs: other['intervalNs'] } : rest;
  });
  return isRecord(golden) ? { ...golden, jobs } : golden;
}
