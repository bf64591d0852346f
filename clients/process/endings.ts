/**
 * The reasons from outside that end a run before its command does: somebody wants it to end, it has run for too long, or no
 * worker is there any more. The first one counts.
 */
import { existsSync, statSync } from 'node:fs';
import { errorCode } from '../error-code.ts';
import { type EndingReason, readJson, type RunFiles, type RunSpec } from './run-files.ts';

export interface Ending {
  reason: EndingReason | 'running-timeout' | 'worker-lost';
  message: string;
}

export interface Endings {
  /** What ends the run, as soon as that is known. */
  readonly first: Promise<Ending>;
  /** The same, now. */
  current(): Ending | undefined;
  stop(): void;
}

export function watchEndings(files: RunFiles, spec: RunSpec): Endings {
  const { file, graceMs } = spec.lease;
  const began = performance.now();
  let lease = { touched: touchedAt(file), seen: began };
  let ending: Ending | undefined;
  let announce: (ending: Ending) => void;
  const first = new Promise<Ending>((resolve) => (announce = resolve));

  function end(next: Ending): void {
    ending ??= next;
    announce(ending);
  }

  function wished(otherwise?: EndingReason): void {
    const reason = readJson<{ reason: EndingReason }>(files.ending)?.reason ?? otherwise;
    if (reason === 'shutdown') end({ reason, message: 'Bowsprit was stopped.' });
    else if (reason) end({ reason, message: 'The run was aborted.' });
  }

  function look(): void {
    wished();
    if (!existsSync(files.begun)) end({ reason: 'worker-lost', message: 'The folder of the run was removed.' });
    const now = performance.now();
    // By changes seen and a clock that stands still while the machine sleeps: its user may close the lid for a night.
    const touched = touchedAt(file);
    if (touched !== lease.touched) lease = { touched, seen: now };
    if (now - lease.seen > graceMs) {
      end({ reason: 'worker-lost', message: `No worker was there for ${graceMs / 1000} s.` });
    }
    if (now - began > spec.runningTimeoutMs) {
      end({ reason: 'running-timeout', message: `The run took longer than ${spec.runningTimeoutMs / 1000} s.` });
    }
  }

  const signalled = () => wished('aborted');
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  process.on('SIGHUP', () => undefined);
  const timer = setInterval(look, Math.min(2000, graceMs / 4, Math.max(spec.runningTimeoutMs / 4, 10)));
  return {
    first,
    current() {
      look();
      return ending;
    },
    stop: () => clearInterval(timer),
  };
}

function touchedAt(file: string): number {
  try {
    return statSync(file).mtimeMs;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
