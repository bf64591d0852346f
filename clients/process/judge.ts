/**
 * Finds out how a run stands, for a worker that may see it for the first time. What can no longer come to a good end (its
 * supervisor is gone, or it was never started) is given its exit record here, once and for all, so that everybody agrees.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { identityOf, isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import {
  type Begun,
  type Command,
  createExit,
  createJson,
  type EndingReason,
  readJson,
  type RunExit,
  type RunFiles,
  type Supervisor,
} from './run-files.ts';
import { clearGroup } from './supervise-command.ts';

/** Undefined while the run is alive. */
export async function exitOf(files: RunFiles): Promise<RunExit | undefined> {
  const exit = readJson<RunExit>(files.exit);
  if (exit) return exit;
  const begun = readJson<Begun>(files.begun);
  if (!begun) return lost(files, 'It was never started here, or its files were removed.', 'lost', true);
  const supervisor = readJson<Supervisor>(files.supervisor);
  if (!supervisor) {
    // Its starter is just about to, or died before it could.
    return begun.starter && isAlive(begun.starter)
      ? undefined
      : lost(files, 'The worker died while it started the run.');
  }
  if (supervisor.identity && isAlive(supervisor.identity)) return undefined;
  // It may have recorded the exit since we looked.
  const late = readJson<RunExit>(files.exit);
  if (late) return late;
  await killCommand(files);
  return lost(files, 'Its supervisor was killed, or the machine was restarted.');
}

/** Sees to it that a run which was never started never will be. Answers its exit if that was so. */
export function forbid(files: RunFiles, reason: EndingReason): RunExit | undefined {
  const isNew = readJson<Begun>(files.begun) === undefined;
  if (isNew) return lost(files, 'It ended before it was started.', reason, true);
  if (readJson<Supervisor>(files.supervisor) !== undefined) return undefined;
  return lost(files, 'It ended before it was started.', reason);
}

/** Takes the steps that are still free, and writes the exit if nobody else is in the middle of them. */
export function lost(
  files: RunFiles,
  message: string,
  reason: 'lost' | EndingReason = 'lost',
  isNew = false,
): RunExit | undefined {
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  const at = Date.now();
  if (isNew && !createJson(files.begun, { at } satisfies Begun)) return undefined;
  // On a full disk even an attempt to create what is there would fail.
  const isMine = !existsSync(files.supervisor) && createJson(files.supervisor, { at } satisfies Supervisor);
  if (isMine || !hasSupervisor(files)) {
    createExit(files, { reason, exitCode: reason === 'lost' ? 127 : 130, finishedAt: at, message });
  }
  return readJson<RunExit>(files.exit);
}

function hasSupervisor(files: RunFiles): boolean {
  const supervisor = readJson<Supervisor>(files.supervisor);
  return supervisor?.identity !== undefined && isAlive(supervisor.identity);
}

/** What a killed supervisor leaves behind: its command would go on with nobody to end it. */
async function killCommand(files: RunFiles): Promise<void> {
  const command = readJson<Command>(files.command);
  if (!command || readJson<Supervisor>(files.supervisor)?.identity === undefined) return;
  // A number that now belongs to another process cannot be the number of our group any more.
  const current = identityOf(command.pid);
  if (!isSameBoot(command) || (current && current.began !== command.began)) return;
  await clearGroup(command.pid, command.prowJob);
}

function isSameBoot({ began }: ProcessIdentity): boolean {
  const own = ownIdentity().began;
  return !own.includes('/') || own.split('/')[0] === began.split('/')[0];
}
