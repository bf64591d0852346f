/**
 * The command line `bowsprit`: one file per command in `commands/`. Errors are sentences on stderr, exit code 1; a wrong
 * call is exit code 2.
 */
import { Command, CommanderError } from 'commander';
import { TemporalUnreachableError } from '../clients/temporal/connect.ts';
import { RefusedError } from '../clients/temporal/api.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { SettingsError } from '../config/settings.ts';
import { checkCommand } from './commands/check.ts';
import { deckCommand, workerCommand } from './commands/roles.ts';
import { jobCommand, jobsCommand } from './commands/jobs.ts';
import { mkpjCommand } from './commands/mkpj.ts';
import { periodicCommand } from './commands/periodic.ts';
import { upCommand } from './commands/up.ts';
import { CliError } from './cli-error.ts';
import { StartError } from './up/start-error.ts';

export function createProgram(): Command {
  return new Command('bowsprit')
    .description("Prow's CI/CD as durable actors on Temporal")
    .addCommand(upCommand())
    .addCommand(checkCommand())
    .addCommand(mkpjCommand())
    .addCommand(jobsCommand())
    .addCommand(jobCommand())
    .addCommand(periodicCommand())
    .addCommand(workerCommand())
    .addCommand(deckCommand())
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
}

async function main(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${sentence(error)}\n`);
    return 1;
  }
}

/** Expected failures as they are; anything else with its stack, since it is ours to mend. */
function sentence(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map(formatProblem).join('\n');
  const expected = [CliError, StartError, SettingsError, RefusedError, TemporalUnreachableError];
  if (error instanceof Error && expected.some((kind) => error instanceof kind)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Open connections must not keep a finished command waiting.
process.exit(await main());
