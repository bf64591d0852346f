/** What the Temporal UI shows beside an activity. The server takes 400 bytes and fails the workflow task for more. */
import { printableLine } from '../../domain/review/printable-line.ts';

const maxBytes = 300;

export function summaryLine(text: string): string {
  let line = printableLine(text, maxBytes);
  // A character has at most four bytes: at most twice as much is left after the first round, and nothing to cut after the third.
  while (new TextEncoder().encode(line).length > maxBytes) line = printableLine(line, Math.floor(line.length / 2));
  return line;
}
