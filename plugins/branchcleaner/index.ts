/** Deletes the branch of a merged pull, where it lies in the repository itself (spec plugins-review.md C.26). */
import { fullName } from '../../domain/review/item.ts';
import { compileRegex } from '../../rules/regex.ts';
import type { Plugin } from '../api.ts';

export const branchcleaner: Plugin = {
  name: 'branchcleaner',
  help: ({ config }) => ({
    description: 'Deletes branches of the repository itself after their pull request is merged.',
    config: Object.fromEntries(
      Object.entries(config.branch_cleaner.preserved_branches).map(([key, names]) => [
        key,
        `Keeps ${names.join(', ')}.`,
      ]),
    ),
    snippet: 'branch_cleaner:\n  preserved_branches:\n    org/repo: [main, ^release-]\n',
    commands: [],
  }),

  async onPull({ action }, { item, config, org, repo }) {
    const { pull } = item;
    if (action !== 'closed' || !pull?.merged || !pull.head.repo) return [];
    if (fullName(pull.head.repo) !== fullName({ org, repo })) return [];
    const { preserved_branches: preserved } = config.branch_cleaner;
    const kept = [...(preserved[org] ?? []), ...(preserved[`${org}/${repo}`] ?? [])];
    return kept.some((each) => covers(each, pull.head.ref)) ? [] : [{ kind: 'deleteBranch', branch: pull.head.ref }];
  },
};

/** A name, or an expression that matches anywhere in one. */
function covers(pattern: string, branch: string): boolean {
  if (pattern === branch) return true;
  try {
    return compileRegex(pattern).test(branch);
  } catch {
    return false;
  }
}
