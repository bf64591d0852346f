/** `bowsprit up`: the whole system on this machine. */
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { exampleDir, settingsOf, withSettings } from '../setting-options.ts';
import { up } from '../up/index.ts';

export function upCommand(): Command {
  return withSettings(new Command('up'))
    .description('start everything on this machine: Temporal, workers and Deck')
    .action(async (options: Record<string, unknown>) => {
      const temporalCli = process.env['TEMPORAL_CLI_PATH'];
      if (!temporalCli)
        throw new CliError('Start with `npm start` or the `bowsprit` command, which find the Temporal CLI.');
      await up({
        settings: settingsOf(options),
        temporalCli,
        exampleDir,
        say: (line) => process.stdout.write(`${line}\n`),
      });
    });
}
