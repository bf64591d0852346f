/** `bowsprit worker`, `deck`, `gateway`, `github-proxy`, `prowjob-objects`: single roles, as production runs them. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { settingsToEnv, type Settings } from '../../config/settings.ts';
import { repeated } from '../parse-options.ts';
import { settingsOf, withSettings } from '../setting-options.ts';

/** Those of `workers/roles.ts`, which is too much to load here; a test compares them. */
export const workerRoles = ['workflows', 'admin', 'reports', 'plugins', 'git', 'host', 'runs'] as const;

export function workerCommand(): Command {
  return withSettings(new Command('worker'))
    .description('run one or several worker roles against a Temporal server')
    .option('--role <role>', `${workerRoles.join(', ')}; may be given several times, default all`, repeated)
    .action(
      async ({ role = [], ...options }: { role?: string[] }) => await runRole('worker', role, settingsOf(options)),
    );
}

export function deckCommand(): Command {
  return withSettings(new Command('deck'))
    .description('run Deck against a Temporal server')
    .action(async (options: Record<string, unknown>) => await runRole('deck', [], settingsOf(options)));
}

export function gatewayCommand(): Command {
  return withSettings(new Command('gateway'))
    .description('take webhooks of code hosts and hand them to a Temporal server')
    .action(async (options: Record<string, unknown>) => await runRole('gateway', [], settingsOf(options)));
}

export function githubProxyCommand(): Command {
  return withSettings(new Command('github-proxy'))
    .description("stand between GitHub's API and its clients: one cache and one rate budget for all of them")
    .action(async (options: Record<string, unknown>) => await runRole('github-proxy', [], settingsOf(options)));
}

export function prowJobObjectsCommand(): Command {
  return withSettings(new Command('prowjob-objects'))
    .description('keep ProwJobs as objects in the cluster of --prowjob-objects, for kubectl')
    .action(async (options: Record<string, unknown>) => await runRole('prowjob-objects', [], settingsOf(options)));
}

/** In a process of its own, so that the role's memory is not the CLI's as well; its exit code becomes ours. */
async function runRole(name: string, args: string[], settings: Settings): Promise<void> {
  const program = fileURLToPath(new URL(`../../workers/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [program, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...settingsToEnv(settings) },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
