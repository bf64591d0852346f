/**
 * Names of branches and commits before git sees them. What comes from a code host was typed by strangers: a name must not pass
 * for an option, a range, or several refs.
 */

/** As `git check-ref-format refs/heads/<name>` decides; names that begin with `-` are legal for git and safe in full refs. */
export function isBranchName(name: string): boolean {
  return isRefName(`refs/heads/${name}`);
}

/** A full ref name, `refs/...`, as `git check-ref-format` decides. */
export function isRefName(ref: string): boolean {
  if (!ref.startsWith('refs/') || ref.length > 1000) return false;
  // oxlint-disable-next-line no-control-regex -- git forbids them
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\.$/.test(ref)) return false;
  return ref.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** A complete object name. */
export function isSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
