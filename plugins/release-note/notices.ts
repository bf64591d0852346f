/** What pulls without a release note are told; by these sentences the notices are recognised later. */
import { deprecation, releaseNoteNeeded } from './note.ts';

export const neededNotice = `Adding \`${releaseNoteNeeded}\` because no release note is in the description.`;
export const deprecationNotice = `Adding \`${releaseNoteNeeded}\` because something is deprecated (\`${deprecation}\`), and that needs a release note.`;

export function isStaleNotice(body: string): boolean {
  return body.includes(neededNotice) || body.includes(deprecationNotice);
}
