/** `bowsprit mkpj`: prints the ProwJob that a configured job would become, as Prow's mkpj does. Needs no server. */
import { Command } from 'commander';
import { configuredProwJob, withJobOptions, type JobOptions } from '../configured-prowjob.ts';
import { printYaml } from '../output.ts';

export function mkpjCommand(): Command {
  return withJobOptions(new Command('mkpj').requiredOption('--job <name>', 'name of the job'))
    .description('print the ProwJob that a configured job would become')
    .action(async (options: JobOptions) => printYaml(await configuredProwJob(options)));
}
