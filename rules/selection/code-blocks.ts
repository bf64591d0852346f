/**
 * Removes fenced code blocks from a comment, so that quoted commands are not obeyed (spec jobs.md 3.5).
 *
 * A block counts only if its fence starts a line and the same fence stands alone on a later one. Unlike in Prow, a line
 * may end with CRLF, which is what browsers send: the spec rules the difference a defect.
 */
const opening = /^(?:```|~~~)/;
const closing = /^(```|~~~)\r?\n?$/;

/** Takes time in proportion to the text, however many fences stay open. */
export function dropCodeBlocks(text: string): string {
  const lines = text.split(/(?<=\n)/);
  const lastClosing = closingLines(lines);
  let kept = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const fence = opening.exec(line)?.[0];
    const end = fence && nextAfter(lastClosing.get(fence) ?? [], i);
    if (end) i = end;
    else kept += line;
  }
  return kept;
}

/** For each fence the numbers of the lines that can close it, the first one last. */
function closingLines(lines: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>([
    ['```', []],
    ['~~~', []],
  ]);
  for (let i = lines.length - 1; i >= 0; i--) {
    const fence = closing.exec(lines[i] ?? '')?.[1];
    if (fence) found.get(fence)?.push(i);
  }
  return found;
}

function nextAfter(descending: number[], line: number): number | undefined {
  while ((descending.at(-1) ?? Infinity) <= line) descending.pop();
  return descending.at(-1);
}
