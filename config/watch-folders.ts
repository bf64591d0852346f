/**
 * File system events of a changing set of folders, without their subfolders.
 */
import { watch, type FSWatcher } from 'node:fs';

export interface FolderWatch {
  /** Watches these folders from now on, and no others. */
  update(folders: ReadonlySet<string>): void;
  close(): void;
}

/** `onProblem` is told once per folder that cannot be watched (too many watches, network mounts). */
export function watchFolders(onChange: () => void, onProblem: (error: unknown) => void): FolderWatch {
  const watchers = new Map<string, FSWatcher | undefined>();

  function drop(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  function add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', () => {
        drop(folder);
        onChange();
      });
      watchers.set(folder, watcher);
    } catch (error) {
      watchers.set(folder, undefined);
      onProblem(error);
    }
  }

  return {
    update(folders) {
      for (const folder of watchers.keys()) if (!folders.has(folder)) drop(folder);
      for (const folder of folders) if (!watchers.has(folder)) add(folder);
    },
    close() {
      for (const watcher of watchers.values()) watcher?.close();
      watchers.clear();
    },
  };
}
