/**
 * `bowsprit check`: loads a configuration, says what is wrong with it or looks unintended, and counts what it holds. Flags and
 * names of warnings are those of Prow's checkconfig, as far as they concern jobs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { configPaths } from '../../config/config-paths.ts';
import { loadInRepo, readInRepoFiles } from '../../config/in-repo.ts';
import { unknownPlugins } from '../../config/known-plugins.ts';
import { parsePlugins } from '../../config/load-plugins.ts';
import { loadForRunning } from '../../config/load.ts';
import { ConfigError, formatProblem, type Problem } from '../../config/problem.ts';
import { chosenWarnings, findWarnings, warnings, type WarningFinding } from '../../config/warnings/index.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import { CliError } from '../cli-error.ts';
import { outputOption, print, printJson, type OutputFormat } from '../output.ts';
import { repeated } from '../parse-options.ts';
import { configSettings, settingsOf, withSettings } from '../setting-options.ts';

interface CheckOptions {
  output: OutputFormat;
  warnings?: string[];
  excludeWarning?: string[];
  requiredJobAnnotations?: string[];
  includeDefaultWarnings?: boolean;
  strict?: boolean;
  prowYamlRepoName?: string;
  prowYamlPath?: string;
}

export function checkCommand(): Command {
  const names = warnings.map(({ name, byDefault }) => `${name}${byDefault ? '' : ' (not by default)'}`);
  return withSettings(new Command('check'), configSettings)
    .description('check a configuration, as checkconfig does')
    .option('--warnings <name>', `look for this warning; may be given several times: ${names.join(', ')}`, repeated)
    .option('--exclude-warning <name>', 'do not look for this warning; may be given several times', repeated)
    .option('--include-default-warnings', 'look for the default warnings beside those named')
    .option(
      '--required-job-annotations <key>',
      'annotation that every job must have; may be given several times',
      repeated,
    )
    .option('--strict', 'fail on warnings')
    .option('--prow-yaml-repo-name <org/repo>', 'check the jobs that this repository configures itself as well')
    .option('--prow-yaml-path <file>', 'its .prow.yaml; default .prow/ or .prow.yaml in the current folder')
    .addOption(outputOption())
    .action(async (options: CheckOptions) => {
      const result = await check(options);
      if (result.problems.length > 0 || (options.strict && result.warnings.length > 0)) process.exitCode = 1;
      if (options.output === 'json') return printJson(result);
      for (const problem of result.problems) print(formatProblem(problem));
      for (const { warning, ...problem } of result.warnings) print(`warning (${warning}): ${formatProblem(problem)}`);
      for (const name of result.notChecked) print(`The warning ${name} is about plugins or Tide and is not checked.`);
      if (result.totals)
        print(
          Object.entries(result.totals)
            .map(([kind, count]) => `${count} ${kind}`)
            .join(', '),
        );
    });
}

interface CheckResult {
  totals?: { presubmits: number; postsubmits: number; periodics: number };
  problems: readonly Problem[];
  warnings: WarningFinding[];
  notChecked: string[];
}

async function check(options: CheckOptions): Promise<CheckResult> {
  const { chosen, notChecked } = choose(options);
  const settings = settingsOf({ ...options });
  const { pluginConfig } = settings;
  const paths = configPaths(settings);
  const unknownKeys: Problem[] = [];
  const unknownKey = (problem: Problem) => void unknownKeys.push(problem);
  try {
    const config = await loadForRunning(paths, { unknownKey });
    checkInRepo(options, config, unknownKey);
    if (pluginConfig) checkPluginConfig(pluginConfig, unknownKey);
    const clusters = knownClusters(config);
    const found = findWarnings(chosen, {
      config,
      unknownKeys,
      isMainFile: (file) => file === paths.configPath || file === pluginConfig,
      requiredAnnotations: options.requiredJobAnnotations ?? [],
      ...(clusters && { clusters }),
    });
    return { totals: totalsOf(config), problems: [], warnings: found, notChecked };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems, warnings: [], notChecked };
  }
}

function choose({ warnings: named = [], excludeWarning = [], includeDefaultWarnings = false }: CheckOptions) {
  try {
    return chosenWarnings({ named, excluded: excludeWarning, includeDefaults: includeDefaultWarnings });
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

function checkInRepo(
  { prowYamlRepoName: repo, prowYamlPath: path }: CheckOptions,
  config: LoadedConfig,
  unknownKey: (problem: Problem) => void,
): void {
  if (path && !repo) throw new CliError('--prow-yaml-path needs --prow-yaml-repo-name: whose jobs are they?');
  if (!repo) return;
  const root = path ? dirname(path) : process.cwd();
  const files = readInRepoFiles(root);
  if (files.size === 0) throw new CliError(`There is neither a folder .prow nor a file .prow.yaml in ${root}.`);
  loadInRepo(config, repo, files, { unknownKey });
}

/** `plugins.yaml`, with names of plugins that do not exist as errors. Throws ConfigError. */
function checkPluginConfig(file: string, unknownKey: (problem: Problem) => void): void {
  if (!existsSync(file)) throw new CliError(`--plugin-config: ${file} does not exist.`);
  const config = parsePlugins(file, readFileSync(file, 'utf8'), { unknownKey });
  const problems = unknownPlugins(config).map(({ key, name }) => ({
    file,
    key: `plugins.${key}`,
    message: `names ${JSON.stringify(name)}, and no plugin has that name`,
  }));
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What plank last wrote of the build clusters, where it is told to write that to a file. */
function knownClusters({ main }: LoadedConfig): Set<string> | undefined {
  const path = main.plank.build_cluster_status_file;
  if (!path?.startsWith('/') || !existsSync(path)) return undefined;
  try {
    const status: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return new Set(Object.keys(status ?? {}));
  } catch (error) {
    throw new CliError(`plank.build_cluster_status_file: ${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

function totalsOf(config: LoadedConfig) {
  const count = (jobs: ReadonlyMap<string, readonly unknown[]>) =>
    [...jobs.values()].reduce((sum, list) => sum + list.length, 0);
  return {
    presubmits: count(config.presubmits),
    postsubmits: count(config.postsubmits),
    periodics: config.periodics.length,
  };
}
