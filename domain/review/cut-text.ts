/**
 * Long texts of a host are cut before they travel (integrations.md 1.1): commands stand at the beginning of comments, and who
 * needs the whole text asks the host for it.
 */

/** UTF-8 bytes of a text that travel. */
export const maxTextBytes = 16 * 1024;

/** The last line of a text that was cut. */
export const cutMarker = '\n\n[bowsprit: the rest of this text is left out]';

export function cutText(text: string): string {
  // No text has fewer bytes than UTF-16 units, and at most three for each.
  if (text.length * 3 <= maxTextBytes) return text;
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxTextBytes) return text;
  let end = maxTextBytes;
  // Not within a character: continuation bytes are 10xxxxxx.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end)) + cutMarker;
}

/** Whether the text has to be asked for at the host to have all of it. */
export function isCut(text: string): boolean {
  return text.endsWith(cutMarker);
}
