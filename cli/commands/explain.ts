/**
 * `bowsprit explain org/repo#12`: what the actor of a change knows, what it did, what it waits for, and what the change lacks to be
 * merged by the Tide queries of the configuration. Asks the actor alone, never the code host.
 */
import { Command } from 'commander';
import type { Client } from '@temporalio/client';
import { explainActor, type ExplainedActor } from '../../clients/temporal/explanations.ts';
import { configPaths } from '../../config/config-paths.ts';
import { isInRepoEnabled } from '../../config/in-repo.ts';
import { loadConfig } from '../../config/load.ts';
import { sampleHostName } from '../../config/sample-host.ts';
import { temporalUiUrlOf, type Settings } from '../../config/settings.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import { actorId } from '../../domain/review/actor-target.ts';
import type { ItemName } from '../../domain/review/host.ts';
import { fullName } from '../../domain/review/item.ts';
import { explainedReadiness, type ExplainedReadiness } from '../../rules/tide/explained-readiness.ts';
import { CliError } from '../cli-error.ts';
import { parseChangeName } from '../explain/change-name.ts';
import { explanationText } from '../explain/explanation-text.ts';
import { outputOption, print, printJson, type OutputFormat } from '../output.ts';
import { configSettings, settingsOf, temporalSettings, withSettings } from '../setting-options.ts';
import { withTemporal } from '../with-temporal.ts';

interface ExplainOptions {
  host?: string;
  output: OutputFormat;
}

export function explainCommand(): Command {
  return withSettings(new Command('explain'), [
    ...temporalSettings,
    'temporalUiPort',
    'temporalUiUrl',
    ...configSettings,
  ])
    .description('what is known of a pull request or issue, what was done, and what it lacks to be merged')
    .argument('<change>', 'org/repo#12, or the address of its page')
    .option(
      '--host <name>',
      `name of its code host in the configuration; default that of the setting host-name, then ${sampleHostName}`,
    )
    .addOption(outputOption())
    .action(async (change: string, { host, output, ...options }: ExplainOptions) => {
      const name = parseChangeName(change);
      const settings = settingsOf({ ...options, ...(host !== undefined && { hostName: host }) });
      const config = await loadConfig(configPaths(settings));
      await withTemporal({ ...options }, async (client) => {
        const found = await find(client, name, host === undefined ? [settings.hostName, sampleHostName] : [host]);
        const readiness = readinessOf(found, config);
        if (output === 'json') return printJson({ ...found, ...(readiness && { readiness }) });
        const lines = explanationText({
          ...found,
          ...(readiness && { readiness }),
          configPath: settings.configPath,
          ...actorUrl(found, settings),
          now: Date.now(),
        });
        for (const line of lines) print(line);
      });
    });
}

/** The first of these hosts with an actor of the change. */
async function find(client: Client, name: ItemName, hosts: readonly string[]): Promise<ExplainedActor> {
  for (const host of new Set(hosts)) {
    const found = await explainActor(client, { kind: 'change', host, ...name });
    if (found) return found;
  }
  const ids = [...new Set(hosts)].map((host) => actorId({ kind: 'change', host, ...name }));
  throw new CliError(
    `Nothing is known of ${fullName(name)}#${name.number}: there is no workflow ${ids.join(', and no ')}. ` +
      'Either nothing has happened to it for 8 days (10 minutes once it is closed), or no webhook about it arrived, ' +
      'or its code host has another name here: --host says which.',
  );
}

function readinessOf({ explanation }: ExplainedActor, config: LoadedConfig): ExplainedReadiness | undefined {
  const { org, repo } = explanation.target;
  return explainedReadiness(explanation, {
    main: config.main,
    presubmits: config.presubmits.get(`${org}/${repo}`) ?? [],
    configuresItself: isInRepoEnabled(config, org, repo),
  });
}

/** Where the UI is must be known: that of somebody else's server is not. */
function actorUrl({ workflowId }: ExplainedActor, settings: Settings): { actorUrl?: string } {
  if (settings.temporalAddress !== undefined && settings.temporalUiUrl === undefined) return {};
  const namespace = encodeURIComponent(settings.namespace);
  return {
    actorUrl: `${temporalUiUrlOf(settings)}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`,
  };
}
