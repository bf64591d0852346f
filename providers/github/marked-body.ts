/** Texts with the marker of their effect, no longer than GitHub takes. */
import { markerOf } from '../../domain/review/marker.ts';

/** GitHub refuses longer texts. */
const maxBody = 65_536;
const cut = '\n\n(The rest is left out: it is too long for a comment.)';

export function bodyWithMarker(body: string, key: string): string {
  const marker = `\n${markerOf(key)}`;
  const room = maxBody - marker.length;
  return body.length <= room ? body + marker : body.slice(0, room - cut.length) + cut + marker;
}
