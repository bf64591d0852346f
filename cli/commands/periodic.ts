/** `bowsprit periodic list|pause|resume|trigger`: the same for schedules and for loops. */
import { Command } from 'commander';
import type { Periodics } from '../../clients/temporal/api.ts';
import { createPeriodics } from '../../clients/temporal/periodics.ts';
import { ago, outputOption, print, printJson, printTable, type OutputFormat } from '../output.ts';
import { temporalSettings, withSettings } from '../setting-options.ts';
import { withTemporal } from '../with-temporal.ts';

export function periodicCommand(): Command {
  const list = withSettings(new Command('list'), temporalSettings)
    .description('all periodics, by name')
    .addOption(outputOption())
    .action((options: { output: OutputFormat }) =>
      withTemporal({ ...options }, (client) => listPeriodics(createPeriodics(client), options.output)),
    );
  return new Command('periodic')
    .description('list, pause, resume and trigger periodic jobs')
    .addCommand(list)
    .addCommand(
      change('pause', 'start no more runs until it is resumed', 'Paused', (all, job, note) => all.pause(job, note)),
    )
    .addCommand(change('resume', 'start runs again', 'Resumed', (all, job, note) => all.resume(job, note)))
    .addCommand(change('trigger', 'start a run now', 'Triggered', (all, job) => all.trigger(job)));
}

function change(
  name: string,
  description: string,
  done: string,
  apply: (periodics: Periodics, job: string, note: string | undefined) => Promise<void>,
): Command {
  const command = withSettings(new Command(name), temporalSettings)
    .description(description)
    .argument('<job>', 'name of the periodic');
  if (name !== 'trigger') command.option('--note <text>', 'why, for those who wonder later');
  return command.action((job: string, options: { note?: string }) =>
    withTemporal({ ...options }, async (client) => {
      await apply(createPeriodics(client), job, options.note);
      print(`${done} ${job}`);
    }),
  );
}

async function listPeriodics(periodics: Periodics, output: OutputFormat): Promise<void> {
  const found = [];
  for await (const periodic of periodics.list()) found.push(periodic);
  found.sort((a, b) => (a.job < b.job ? -1 : 1));
  if (output === 'json') return printJson(found);
  const now = Date.now();
  printTable(
    ['job', 'schedule', 'state', 'next', 'last'],
    found.map(({ job, schedule, paused, note, nextRun, lastRun }) => [
      job,
      schedule,
      paused ? `paused${note ? `: ${note}` : ''}` : 'active',
      nextRun ? `in ${ago(nextRun.getTime() - now)}` : '',
      lastRun ? `${ago(now - lastRun.getTime())} ago` : '',
    ]),
  );
}
