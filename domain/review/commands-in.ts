/** Which lines of a text may be commands to a plugin: `/lgtm`, `/test all`. What they mean is for the plugins to say. */

/** At the beginning of a line, whatever white space is before it. Nothing in it is tried twice, however odd the text. */
const commandLine = /^[ \t]*(\/[a-z].*)$/gim;

/** In order of the text, each as it was written. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(commandLine)].map(([, line = '']) => line.trim());
}

export function hasCommand(text: string): boolean {
  return text.search(commandLine) >= 0;
}
