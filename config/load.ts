/**
 * Loads a configuration: files to one checked, defaulted, immutable value, or a ConfigError that lists every problem found
 * (spec jobs.md 1.12).
 *
 * Problems are collected per stage: what files say is only looked at when all files decode.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { LoadedConfig } from '../domain/main-config.ts';
import { decodeFile, placed, type DecodeReport } from './decode-file.ts';
import { findJobFiles, findSupplementalFiles, readConfigFile, readVersion, type ConfigPaths } from './files.ts';
import {
  defaultPeriodic,
  defaultPostsubmit,
  defaultPresubmit,
  type JobDefaults,
  type ReportJob,
} from './job-defaults.ts';
import { checkMain } from './main-checks.ts';
import { mainWithDefaults, type DecodedMain } from './main-defaults.ts';
import { addJobs, addSupplemental, noJobs, presetPairProblems, type Job, type MergedJobs } from './merge.ts';
import { ConfigError, type Problem } from './problem.ts';
import { unsupportedAgentProblems } from './unsupported-agents.ts';
import { validateConfig } from './validate/index.ts';

export type { ConfigPaths } from './files.ts';

export interface LoadOptions {
  /** Told of every key that nothing reads; they are not errors. */
  unknownKey?: (problem: Problem) => void;
}

interface LoadState {
  report: DecodeReport;
  problems: Problem[];
  hash: ReturnType<typeof createHash>;
  lastPause: number;
}

/** How long loading may keep other work waiting. */
const longestBlockMs = 25;

/** Loads, defaults and checks everything. Throws ConfigError. */
export async function loadConfig(paths: ConfigPaths, options: LoadOptions = {}): Promise<LoadedConfig> {
  const problems: Problem[] = [];
  const report: DecodeReport = { problem: (problem) => problems.push(problem) };
  if (options.unknownKey) report.unknownKey = options.unknownKey;
  const state: LoadState = { report, problems, hash: createHash('sha256'), lastPause: performance.now() };

  const mainFile = readMain(paths, state);
  const jobs = noJobs();
  if (mainFile) {
    addJobs(jobs, mainFile.decoded, paths.configPath);
    for (const folder of paths.supplementalDirs ?? []) {
      addSupplementalFolder(folder, paths.supplementalSuffix, mainFile.decoded, state);
    }
  }
  for (const path of paths.jobConfigPaths) await addJobPath(path, jobs, state);
  if (!mainFile || problems.length > 0) throw new ConfigError(problems);

  for (const { path, message } of checkMain(mainFile.decoded)) {
    problems.push(placed(mainFile.text, path, { file: paths.configPath, message }));
  }
  // Prow checks pairs when it merges: equal pairs inside the main file pass when there is nothing to merge.
  if (paths.jobConfigPaths.length > 0) problems.push(...presetPairProblems(jobs));
  const main = mainWithDefaults(mainFile.decoded);
  defaultJobs(jobs, { main, presets: jobs.presets }, problems);

  const versionSha = readVersion(paths.configPath);
  const { presubmits, postsubmits, periodics, presets, sources } = jobs;
  const config: LoadedConfig = {
    generation: state.hash.digest('hex').slice(0, 16),
    ...(versionSha !== undefined && { versionSha }),
    main,
    presubmits,
    postsubmits,
    periodics,
    presets,
    sourceOf: (job) => sources.get(job),
  };
  problems.push(...validateConfig(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** As `loadConfig`, for systems that run the jobs: also refuses jobs for agents that are not run here. */
export async function loadForRunning(paths: ConfigPaths, options: LoadOptions = {}): Promise<LoadedConfig> {
  const config = await loadConfig(paths, options);
  const problems = unsupportedAgentProblems(config);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readText(file: string, state: LoadState): string | undefined {
  try {
    const text = readConfigFile(file);
    state.hash.update(`${text.length}\n`).update(text);
    return text;
  } catch (error) {
    state.problems.push({ file, message: readMessage(error) });
    return undefined;
  }
}

function readMessage(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES') return 'may not be read by this user';
  return `cannot be read: ${String(error)}`;
}

function readMain(paths: ConfigPaths, state: LoadState): { decoded: DecodedMain; text: string } | undefined {
  const file = paths.configPath;
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    state.problems.push({ file, message: 'is a folder: name the main configuration file in it' });
    return undefined;
  }
  const text = readText(file, state);
  const decoded = text === undefined ? undefined : decodeFile('main', file, text, state.report);
  return text === undefined || decoded === undefined ? undefined : { decoded, text };
}

function addSupplementalFolder(folder: string, suffix: string | undefined, main: DecodedMain, state: LoadState): void {
  let files: string[] = [];
  try {
    files = findSupplementalFiles(folder, suffix);
  } catch (error) {
    state.problems.push({ file: folder, message: readMessage(error) });
  }
  for (const file of files) {
    const text = readText(file, state);
    const decoded = text === undefined ? undefined : decodeFile('supplemental', file, text, state.report);
    if (decoded) state.problems.push(...addSupplemental(main, decoded, file));
  }
}

async function addJobPath(path: string, jobs: MergedJobs, state: LoadState): Promise<void> {
  let files: string[];
  try {
    const found = findJobFiles(path);
    files = found.files;
    for (const { path: file, other } of found.duplicates) {
      state.problems.push({ file, message: `has the same name as ${other}: names of job files must be unique` });
    }
  } catch (error) {
    state.problems.push({ file: path, message: readMessage(error) });
    return;
  }
  for (const file of files) {
    const text = readText(file, state);
    const decoded = text === undefined ? undefined : decodeFile('job', file, text, state.report);
    if (decoded) addJobs(jobs, decoded, file);
    if (performance.now() - state.lastPause > longestBlockMs) {
      await setImmediate();
      state.lastPause = performance.now();
    }
  }
}

function defaultJobs(jobs: MergedJobs, defaults: JobDefaults, problems: Problem[]): void {
  const reportFor =
    (job: Job): ReportJob =>
    (key, message) => {
      const file = jobs.sources.get(job);
      problems.push({ ...(file !== undefined && { file }), job: job.name, key, message });
    };
  for (const [repo, list] of jobs.presubmits)
    for (const job of list) defaultPresubmit(job, repo, defaults, reportFor(job));
  for (const [repo, list] of jobs.postsubmits)
    for (const job of list) defaultPostsubmit(job, repo, defaults, reportFor(job));
  for (const job of jobs.periodics) defaultPeriodic(job, defaults, reportFor(job));
}
