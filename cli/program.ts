/** All commands of `bowsprit`, one file each in `commands/`. Parsing only; `main.ts` runs it and words the failures. */
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { explainCommand } from './commands/explain.ts';
import { jobCommand } from './commands/job.ts';
import { jobsCommand } from './commands/jobs.ts';
import { mkpjCommand } from './commands/mkpj.ts';
import { mkpodCommand } from './commands/mkpod.ts';
import { periodicCommand } from './commands/periodic.ts';
import {
  deckCommand,
  gatewayCommand,
  githubProxyCommand,
  prowJobObjectsCommand,
  workerCommand,
} from './commands/roles.ts';
import { sinkerCommand } from './commands/sinker.ts';
import { upCommand } from './commands/up.ts';
import { setUp } from './set-up.ts';

export function createProgram(): Command {
  const program = new Command('bowsprit')
    .description("Prow's CI/CD as durable actors on Temporal")
    .addCommand(upCommand())
    .addCommand(checkCommand())
    .addCommand(mkpjCommand())
    .addCommand(mkpodCommand())
    .addCommand(jobsCommand())
    .addCommand(jobCommand())
    .addCommand(explainCommand())
    .addCommand(periodicCommand())
    .addCommand(sinkerCommand())
    .addCommand(workerCommand())
    .addCommand(deckCommand())
    .addCommand(gatewayCommand())
    .addCommand(githubProxyCommand())
    .addCommand(prowJobObjectsCommand());
  return setUp(program);
}
