/**
 * The journal file: one JSON object a line, appended at every change, read at the start and then written anew without what
 * was replaced. A line that was cut off by a crash is left out.
 */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/** `value` was saved, or the thing with the id `removed` is gone. */
export type JournalLine = { kind: string; value: { id: number } } | { kind: string; removed: number };

export interface Journal {
  append(line: JournalLine): void;
  close(): void;
}

/** The lines of a journal. No file gives none. */
export function readJournal(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const lines: JournalLine[] = [];
  const texts = readFileSync(path, 'utf8').split('\n');
  for (const [index, text] of texts.entries()) {
    if (text === '') continue;
    try {
      lines.push(JSON.parse(text) as JournalLine);
    } catch {
      if (index < texts.length - 1)
        throw new Error(`${path}: line ${index + 1} is not JSON. Remove it, or the file to start empty.`);
    }
  }
  return lines;
}

/** Starts a journal that holds `lines`. The file is readable by its owner only: it holds the secrets of webhooks. */
export function openJournal(path: string, lines: readonly JournalLine[]): Journal {
  const next = `${path}.next`;
  writeFileSync(next, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
  renameSync(next, path);
  const file = openSync(path, 'a');
  let open = true;
  return {
    append(line) {
      if (open) writeSync(file, `${JSON.stringify(line)}\n`);
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}
