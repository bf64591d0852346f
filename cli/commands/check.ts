/** `bowsprit check`: loads a configuration, says what is wrong with it, and counts what it holds. */
import { Command } from 'commander';
import { configPaths } from '../../config/config-paths.ts';
import { loadForRunning } from '../../config/load.ts';
import { ConfigError, formatProblem } from '../../config/problem.ts';
import { outputOption, print, printJson, type OutputFormat } from '../output.ts';
import { configSettings, settingsOf, withSettings } from '../setting-options.ts';

export function checkCommand(): Command {
  return withSettings(new Command('check'), configSettings)
    .description('check a configuration')
    .addOption(outputOption())
    .action(async (options: { output: OutputFormat }) => {
      try {
        const config = await loadForRunning(configPaths(settingsOf({ ...options })));
        const count = (jobs: ReadonlyMap<string, readonly unknown[]>) =>
          [...jobs.values()].reduce((sum, list) => sum + list.length, 0);
        const totals = {
          presubmits: count(config.presubmits),
          postsubmits: count(config.postsubmits),
          periodics: config.periodics.length,
        };
        if (options.output === 'json') return printJson({ totals, problems: [] });
        print(`${totals.presubmits} presubmits, ${totals.postsubmits} postsubmits, ${totals.periodics} periodics`);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        process.exitCode = 1;
        if (options.output === 'json') return printJson({ problems: error.problems });
        for (const problem of error.problems) print(formatProblem(problem));
      }
    });
}
