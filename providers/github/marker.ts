/** The invisible end of what we write, by which a repetition finds it (architecture.md 3.2). */

/** GitHub refuses longer texts. */
const maxBody = 65_536;
const cut = '\n\n(The rest is left out: it is too long for a comment.)';

export function markerOf(key: string): string {
  // `--` would end the comment, and a line end would show it.
  return `<!-- bowsprit:${key.replaceAll(/--|[\r\n<>]/g, '_')} -->`;
}

export function bodyWithMarker(body: string, key: string): string {
  const marker = `\n${markerOf(key)}`;
  const room = maxBody - marker.length;
  return body.length <= room ? body + marker : body.slice(0, room - cut.length) + cut + marker;
}
