/**
 * `npm run demo`: plays the life of a pull request on the embedded system and tells it, step by step. It ends by itself; the exit
 * code is 1 where a step does not come, and then logs and data are kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { StartError } from '../../cli/up/start-error.ts';
import { sampleHostFiles, sampleHostUrl } from '../../config/sample-host.ts';
import { deckUrlOf, temporalUiUrlOf } from '../../config/settings.ts';
import { sampleRepo } from './code-host.ts';
import { DemoError } from './demo-error.ts';
import { playLife } from './life.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { startPlayground, type Playground } from './playground.ts';

/** Resolves with the exit code. */
async function demo(keep: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-demo-'));
  const narrator = createNarrator((text) => process.stdout.write(text));
  const troubles: string[] = [];
  let playground: Playground | undefined;
  // The system stops by itself then; what fails meanwhile is no failure of ours.
  let interrupted = false;
  let exitCode = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (interrupted = true));
  try {
    narrator.say('The system starts: Temporal, workers, Deck, a gateway and a code host, all on this machine ...');
    const started = performance.now();
    playground = await startPlayground(folder, (line) => {
      if (line.includes('starting it again')) troubles.push(line);
    });
    sayWhere(playground, performance.now() - started, narrator.say);
    await Promise.race([playLife(playground, narrator), whenStopped(playground)]);
    narrator.say(`From the opening of the pull request to where it may be merged: ${narrator.seconds()} s.`);
    if (keep) await lookAround(playground, narrator.say);
    await playground.stop();
  } catch (error) {
    await playground?.stop();
    if (!interrupted) {
      const where = narrator.current() ?? 'the start';
      const lines = [
        `The demo failed in ${where}: ${reasonOf(error)}`,
        ...troubles,
        `Logs are in ${join(folder, 'logs')}`,
      ];
      process.stderr.write(`${lines.join('\n')}\n`);
      return 1;
    }
    exitCode = 130;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return exitCode;
}

/** Rejects when somebody presses Ctrl-C, or the system cannot go on. */
async function whenStopped({ ended }: Playground): Promise<never> {
  await ended;
  throw new DemoError('The system was stopped.');
}

/** Expected failures as they are; anything else with its stack, since it is ours to mend. */
function reasonOf(error: unknown): string {
  if (error instanceof DemoError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function sayWhere({ settings }: Playground, tookMs: number, say: Narrator['say']): void {
  say(`It is ready after ${(tookMs / 1000).toFixed(1)} s:`);
  say(`   code host    ${sampleHostUrl(settings.forgePort)}/${sampleRepo}`);
  say(`   Deck         ${deckUrlOf(settings)}`);
  say(`   Temporal UI  ${temporalUiUrlOf(settings)}/namespaces/${settings.namespace}/workflows`);
  say();
}

/** Until Ctrl-C. */
async function lookAround({ settings, ended }: Playground, say: Narrator['say']): Promise<void> {
  say();
  say('The system goes on, to look around: comment on the page of the pull request as alice, dave, carol or eve.');
  say(
    `Their tokens are in ${dirname(sampleHostFiles(settings.dataDir).token('alice'))}. Ctrl-C ends it and removes its folder.`,
  );
  await ended;
}

await new Command('demo')
  .description('The life of a pull request, on a system of its own in a temporary folder.')
  .option('--keep', 'leave the system running at the end, to look around')
  .action(async ({ keep = false }: { keep?: boolean }) => {
    // Settings of the user's own system are not those of this one.
    for (const name of Object.keys(process.env)) if (name.startsWith('BOWSPRIT_')) delete process.env[name];
    const exitCode = await demo(keep);
    // What the system still waits for must not keep a finished demo; what is still in the pipe must arrive.
    process.stdout.write('', () => process.exit(exitCode));
  })
  .parseAsync();
