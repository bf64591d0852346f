/**
 * The command line `bowsprit`. Errors are sentences on stderr, exit code 1; a wrong call is exit code 2.
 */
import { Command, CommanderError } from 'commander';
import { TemporalUnreachableError } from '../clients/temporal/unreachable-error.ts';
import { RefusedError } from '../clients/temporal/api.ts';
import { NoAnswerError } from '../clients/temporal/explanations.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { StorageSettingsError } from '../clients/blobs/storage-error.ts';
import { TemporalSettingsError } from '../clients/temporal/connection-options.ts';
import { SettingsError } from '../config/settings.ts';
import { CliError } from './cli-error.ts';
import { setUp } from './set-up.ts';
import { StartError } from './up/start-error.ts';

async function main(): Promise<number> {
  try {
    await (await programFor(process.argv[2])).parseAsync();
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${sentence(error)}\n`);
    return 1;
  }
}

/**
 * With the other commands and their libraries `up`, which lives as long as the system, would take 30 MB more: it is a program of
 * its own.
 */
async function programFor(command: string | undefined): Promise<Command> {
  if (command !== 'up') return (await import('./program.ts')).createProgram();
  const { upCommand } = await import('./commands/up.ts');
  return new Command('bowsprit').addCommand(setUp(upCommand()));
}

/** Expected failures as they are; anything else with its stack, since it is ours to mend. */
function sentence(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map(formatProblem).join('\n');
  const expected = [
    CliError,
    StartError,
    SettingsError,
    StorageSettingsError,
    TemporalSettingsError,
    RefusedError,
    NoAnswerError,
    TemporalUnreachableError,
  ];
  if (error instanceof Error && expected.some((kind) => error instanceof kind)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// A closed pipe (`bowsprit jobs list | head`) or terminal ends a program, as SIGPIPE would; `up` stops in order.
let isClosed = false;
process.stdout.on('error', () => {
  if (!isClosed) process.kill(process.pid, 'SIGTERM');
  isClosed = true;
});
const exitCode = await main();
// Open connections must not keep a finished command waiting; what is still in the pipe must arrive.
process.stdout.write('', () => process.exit(exitCode));
