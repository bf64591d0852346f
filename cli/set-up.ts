/** What commander does not pass on to commands that were made elsewhere. */
import type { Command } from 'commander';

/** Answers the command. */
export function setUp(command: Command): Command {
  command.showHelpAfterError('(--help shows what there is)').exitOverride();
  for (const each of command.commands) setUp(each);
  return command;
}
