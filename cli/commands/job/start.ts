/** `bowsprit job start`: starts a configured job, as the workflow `startJob` does for everybody (architecture.md 3.1). */
import { Command, Option } from 'commander';
import { createProwJobs } from '../../../clients/temporal/prowjobs.ts';
import { prowJobTypes, type ProwJobType } from '../../../domain/prowjob.ts';
import { outputOption, print, printJson, type OutputFormat } from '../../output.ts';
import { parseEnv, parseRefs, repeated } from '../../parse-options.ts';
import { temporalSettings, withSettings } from '../../setting-options.ts';
import { withTemporal } from '../../with-temporal.ts';

interface StartOptions {
  type?: ProwJobType;
  refs?: string;
  env?: string[];
  requestId?: string;
  output: OutputFormat;
}

export function startCommand(): Command {
  return withSettings(new Command('start'), temporalSettings)
    .description('start a configured job now')
    .argument('<job>', 'name of the job')
    .addOption(new Option('--type <type>', 'where one name is a job of several kinds').choices(prowJobTypes))
    .option(
      '--refs <json>',
      'what to test, as JSON: {"org":"o","repo":"r","base_ref":"main","pulls":[...]}; @FILE reads a file',
    )
    .option(
      '--env <NAME=VALUE>',
      'added to the environment of the first container; may be given several times',
      repeated,
    )
    .option('--request-id <id>', 'starting twice with one id starts one job')
    .addOption(outputOption())
    .action((job: string, options: StartOptions) =>
      withTemporal({ ...options }, async (client) => {
        const { type, requestId } = options;
        const started = await createProwJobs(client).start({
          job,
          ...(type && { type }),
          ...(options.refs && { refs: parseRefs(options.refs) }),
          ...(options.env && { env: parseEnv(options.env) }),
          ...(requestId && { requestId }),
        });
        if (options.output === 'json') return printJson(started);
        print(`Started ${started.job}: ${started.prowJob}`);
      }),
    );
}
