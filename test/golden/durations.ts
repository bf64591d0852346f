/** Evaluates a case of `durations.json` (golden data, jobs/README.md). */
import { DurationError, formatDuration, parseDuration } from '../../domain/duration.ts';
import type { Evaluation } from './decode.ts';

export interface DurationCase {
  text: string;
  ns?: string;
  canonical?: string;
  error?: boolean;
}

export function evaluateDurationCase(golden: DurationCase): Evaluation {
  const ours = compute(golden.text);
  const equal =
    ours.ns === golden.ns && ours.canonical === golden.canonical && (ours.error ?? false) === (golden.error ?? false);
  return { ours, golden, equal };
}

function compute(text: string): DurationCase {
  try {
    const ns = parseDuration(text);
    return { text, ns: String(ns), canonical: formatDuration(ns) };
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    return { text, error: true };
  }
}
