/**
 * One file: text to typed value, with every problem placed at file, line, job and key.
 */
import type { z } from 'zod';
import { keyText, type Problem } from './problem.ts';
import type { DecodeContext, KeyPath } from './schema/decode-context.ts';
import { compileDecoder } from './schema/decoder.ts';
import { InRepoFile, JobFile } from './schema/job.ts';
import { MainFile, SupplementalFile } from './schema/main.ts';
import { PluginsFile } from './schema/plugins.ts';
import { ProwJobObject } from './schema/prowjob.ts';
import { locate } from '../rules/yaml/locate.ts';
import { parseYaml, YamlError, type YamlValue } from '../rules/yaml/parse.ts';

export type DecodedJobFile = z.infer<typeof JobFile>;

const decoders = {
  main: compileDecoder(MainFile, { coerce: false }),
  supplemental: compileDecoder(SupplementalFile, { coerce: false }),
  job: compileDecoder(JobFile, { coerce: true }),
  inRepo: compileDecoder(InRepoFile, { coerce: true }),
  prowJob: compileDecoder(ProwJobObject, { coerce: false }),
  plugins: compileDecoder(PluginsFile, { coerce: true }),
};
type Decoded = {
  main: z.infer<typeof MainFile>;
  supplemental: z.infer<typeof SupplementalFile>;
  job: DecodedJobFile;
  inRepo: z.infer<typeof InRepoFile>;
  prowJob: z.infer<typeof ProwJobObject>;
  plugins: z.infer<typeof PluginsFile>;
};

export interface DecodeReport {
  problem(problem: Problem): void;
  unknownKey?(problem: Problem): void;
}

/** Adds the position of a key path to a problem. */
export function placed(text: string, path: KeyPath, problem: Problem): Problem {
  const position = locate(text, path);
  return { ...problem, key: keyText(path), ...position };
}

function parse(file: string, text: string, report: DecodeReport): YamlValue | undefined {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    report.problem({ file, line: error.line, column: error.column, message: error.message });
    return undefined;
  }
}

/** Decodes a file of a kind. Undefined if it has problems. */
export function decodeFile<K extends keyof Decoded>(
  kind: K,
  file: string,
  text: string,
  report: DecodeReport,
): Decoded[K] | undefined {
  const value = parse(file, text, report);
  if (value === undefined) return undefined;
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    report.problem({
      file,
      line: 1,
      message: `must be a map of settings, but is ${Array.isArray(value) ? 'a list' : 'a single value'}`,
    });
    return undefined;
  }
  let failed = false;
  const context: DecodeContext = {
    path: [],
    report: (message) => {
      failed = true;
      const job = context.job === undefined ? {} : { job: context.job };
      report.problem(placed(text, context.path, { file, ...job, message }));
    },
  };
  if (report.unknownKey) {
    context.unknownKey = (key) => {
      const job = context.job === undefined ? {} : { job: context.job };
      report.unknownKey?.(placed(text, [...context.path, key], { file, ...job, message: 'is not a known key' }));
    };
  }
  const decoded = decoders[kind](value, context) as Decoded[K] | undefined;
  return failed ? undefined : decoded;
}
