/** People whom a pull would make owners although they are not trusted (spec plugins-review.md C.13). */
import { compileRegex } from '../../rules/regex.ts';

/** Asking about people costs calls; large rewrites of OWNERS files are looked at as far as this. */
const mostChecked = 50;

export interface OwnersChange {
  path: string;
  patch: string;
  /** Everybody whom the file names now. */
  owners: readonly string[];
}

/** Who is not trusted, with the files that add them. Rejects where somebody cannot be asked about. */
export async function untrustedNewcomers(
  changes: readonly OwnersChange[],
  isTrusted: (login: string) => Promise<boolean>,
): Promise<Map<string, string[]>> {
  const trusted = new Set<string>();
  const untrusted = new Map<string, string[]>();
  for (const { path, patch, owners } of changes) {
    for (const login of new Set(owners)) {
      if (!isAdded(login, patch) || trusted.has(login)) continue;
      const paths = untrusted.get(login);
      if (paths) paths.push(path);
      else if (trusted.size + untrusted.size >= mostChecked) continue;
      else if (await isTrusted(login)) trusted.add(login);
      else untrusted.set(login, [path]);
    }
  }
  return untrusted;
}

/** As an item of its own in a list. Names in quotation marks or with `@` are not seen, as with the reference. */
function isAdded(login: string, patch: string): boolean {
  const name = login.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return compileRegex(String.raw`\+\s*-\s*\b${name}\b`).test(patch);
}
