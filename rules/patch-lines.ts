/** Where lines of a file stand in its patch: hosts attach comments to positions there. */

const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Added lines by their number in the new file; positions count from the line below the first `@@`, across hunks. */
export function addedLines(patch: string): Map<number, number> {
  const positions = new Map<number, number>();
  let line = 0;
  for (const [position, text] of patch.split('\n').entries()) {
    const start = hunk.exec(text)?.[1];
    if (start !== undefined) line = Number(start);
    else if (text.startsWith('+')) positions.set(line++, position);
    else if (text.startsWith(' ')) line += 1;
  }
  return positions;
}
