/**
 * What one benchmark has started: processes, connections, folders. All of it is undone when the benchmark ends, fails or is
 * interrupted, the latest first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scope {
  /** Remembers how to undo something. */
  defer(undo: () => unknown): void;
  /** A folder that is removed in the end. */
  folder(): string;
  /** Undoes everything, also what follows a failure; a second call finds nothing left. */
  close(): Promise<void>;
}

export function createScope(): Scope {
  const undos: (() => unknown)[] = [];
  const scope: Scope = {
    defer: (undo) => void undos.push(undo),
    folder() {
      const path = mkdtempSync(join(tmpdir(), 'bowsprit-bench-'));
      scope.defer(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
      return path;
    },
    async close() {
      for (let undo = undos.pop(); undo; undo = undos.pop()) {
        try {
          await undo();
        } catch (error) {
          process.stderr.write(`could not clean up: ${String(error)}\n`);
        }
      }
    },
  };
  return scope;
}
