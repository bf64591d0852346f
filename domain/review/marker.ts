/** The invisible end of what we write, by which a repetition finds it (architecture.md 3.2). */

export function markerOf(key: string): string {
  // `--` would end the comment, and a line end would show it.
  return `<!-- bowsprit:${key.replaceAll(/--|[\r\n<>]/g, '_')} -->`;
}
