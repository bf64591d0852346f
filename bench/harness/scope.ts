/**
 * What one benchmark has started: processes, connections, folders. All of it is undone when the benchmark ends, fails or is
 * interrupted, the latest first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scope {
  /** Remembers how to undo something; after the end undoes it at once and throws. */
  defer(undo: () => unknown): void;
  /** A folder that is removed in the end. */
  folder(): string;
  /** Undoes everything, also what follows a failure; a second call finds nothing left. */
  close(): Promise<void>;
}

export function createScope(): Scope {
  const undos: (() => unknown)[] = [];
  let isClosed = false;
  const scope: Scope = {
    defer(undo) {
      if (!isClosed) return void undos.push(undo);
      // An interrupted benchmark goes on until its next step: what it still starts ends at once.
      undo();
      throw new Error('The benchmark has ended.');
    },
    folder() {
      const path = mkdtempSync(join(tmpdir(), 'bowsprit-bench-'));
      scope.defer(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
      return path;
    },
    async close() {
      isClosed = true;
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
