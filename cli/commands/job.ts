/** `bowsprit job start|abort|logs`. */
import { Command } from 'commander';
import { abortCommand } from './job/abort.ts';
import { logsCommand } from './job/logs.ts';
import { startCommand } from './job/start.ts';

export function jobCommand(): Command {
  return new Command('job')
    .description('start and abort jobs, read their logs')
    .addCommand(startCommand())
    .addCommand(abortCommand())
    .addCommand(logsCommand());
}
