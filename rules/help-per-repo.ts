/** What the help of a plugin says of its configuration, for each place where it is on. */

/** By the keys of `enabledRepos`; the repository is `''` for a whole organisation. Where there is nothing to say, nothing is. */
export function helpPerRepo(
  enabledRepos: readonly string[],
  textFor: (org: string, repo: string) => string | undefined,
): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const key of enabledRepos) {
    const [org = '', repo = ''] = key.split('/', 2);
    const text = textFor(org, repo);
    if (text) texts[key] = text;
  }
  return texts;
}
