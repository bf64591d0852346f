/** How the OWNERS files of a repository are read, from both configurations (spec plugins-review.md B.1, B.5). */
import { coversRepo, type OwnersOptions } from '../../domain/plugin-config.ts';
import { defaultOwnersRules, type OwnersRules } from './repo-owners.ts';

/** `owners_dir_denylist` of the main file. */
export interface OwnersDirDenylist {
  default?: readonly string[];
  /** By `org` or `org/repo`. */
  repos?: Readonly<Record<string, readonly string[]>>;
  ignore_preconfigured_defaults?: boolean;
}

export function ownersRulesFor(
  org: string,
  repo: string,
  options: Partial<OwnersOptions>,
  denylist: OwnersDirDenylist = {},
): OwnersRules {
  const fullName = `${org}/${repo}`;
  const names = options.filenames?.[fullName] ?? options.filenames?.[org] ?? {};
  return {
    ownersFile: names.owners || defaultOwnersRules.ownersFile,
    aliasesFile: names.owners_aliases || defaultOwnersRules.aliasesFile,
    markdown: coversRepo(options.mdyamlrepos ?? [], org, repo),
    ignoredDirs: [
      ...(denylist.default ?? []),
      ...(denylist.repos?.[org] ?? []),
      ...(denylist.repos?.[fullName] ?? []),
      ...(denylist.ignore_preconfigured_defaults ? [] : defaultOwnersRules.ignoredDirs),
    ],
  };
}
