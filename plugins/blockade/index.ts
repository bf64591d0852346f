/** Keeps changes of protected files from being merged (spec plugins-review.md C.20). */
import { addLabel, comment, removeLabel } from '../../domain/effects.ts';
import { coversRepo, type Blockade } from '../../domain/plugin-config.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import { prune } from '../../rules/own-comments.ts';
import { compileRegex, type Regex } from '../../rules/regex.ts';
import { reasonedReply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';

const label = 'do-not-merge/blocked-paths';
const actions = ['opened', 'reopened', 'synchronize'];
/** By this the notice is recognised later. */
const notice = `Adding label \`${label}\` because the pull request changes files that are protected.`;

export const blockade: Plugin = {
  name: 'blockade',
  help: ({ config }) => ({
    description: `Adds the label \`${label}\` to pull requests that change protected files.`,
    config: configHelp(config.blockades),
    snippet: [
      'blockades:',
      '- repos: [org/repo]',
      '  branchregexp: ^release-',
      '  blockregexps: [^vendor/]',
      '  exceptionregexps: [^vendor/README]',
      '  explanation: Vendored files are updated by a tool.',
      '',
    ].join('\n'),
    commands: [],
  }),

  async onPull({ action }, context) {
    if (!actions.includes(action)) return [];
    const { item, host, bot, config, org, repo } = context;
    const rules = config.blockades
      .filter(({ repos }) => coversRepo(repos, org, repo))
      .flatMap((block) => activeRules(block, item.pull?.base.ref ?? ''));
    const isMarked = hasLabel(await host.labels(), label);
    const blocked = rules.length > 0 ? await blockedFiles(rules, context) : new Map<string, string[]>();
    if (blocked.size > 0) {
      return isMarked
        ? []
        : [addLabel(label), comment(reasonedReply(item.author, notice, reasonText(blocked, context)))];
    }
    if (!isMarked) return [];
    return [removeLabel(label), ...prune(bot, await host.comments(), (body) => body.includes(notice))];
  },
};

interface Rule {
  blocks: Regex[];
  exceptions: Regex[];
  explanation: string;
}

/** None where the block is for other branches, or none of its expressions is one. */
function activeRules({ branchregexp, blockregexps, exceptionregexps, explanation }: Blockade, branch: string): Rule[] {
  if (branchregexp) {
    const [pattern] = compiled([branchregexp]);
    if (!pattern?.test(branch)) return [];
  }
  const blocks = compiled(blockregexps);
  return blocks.length > 0 ? [{ blocks, exceptions: compiled(exceptionregexps), explanation }] : [];
}

/** Those that can be compiled; the others are passed over. */
function compiled(patterns: readonly string[]): Regex[] {
  return patterns.flatMap((pattern) => {
    try {
      return [compileRegex(pattern)];
    } catch {
      return [];
    }
  });
}

/** Files by the explanation for which they are blocked. */
async function blockedFiles(rules: readonly Rule[], { host }: ItemContext): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { path } of await host.changedFiles()) {
    for (const { blocks, exceptions, explanation } of rules) {
      const isBlocked = blocks.some((each) => each.test(path)) && !exceptions.some((each) => each.test(path));
      if (isBlocked) found.set(explanation, [...(found.get(explanation) ?? []), path]);
    }
  }
  return found;
}

function reasonText(blocked: ReadonlyMap<string, readonly string[]>, { item, org, repo }: ItemContext): string {
  const { sha = '' } = item.pull?.head ?? {};
  const link = (path: string) => {
    const address = path.split('/').map(encodeURIComponent).join('/').replaceAll('(', '%28').replaceAll(')', '%29');
    return `- [${inlineCode(path)}](/${org}/${repo}/blob/${sha}/${address})`;
  };
  return [...blocked].map(([explanation, paths]) => `${explanation}:\n\n${paths.map(link).join('\n')}`).join('\n\n');
}

function configHelp(blockades: readonly Blockade[]): Record<string, string> {
  const help: Record<string, string> = {};
  for (const { repos, blockregexps, branchregexp, explanation } of blockades) {
    const where = branchregexp ? ` on branches matching ${branchregexp}` : '';
    for (const repo of repos) {
      help[repo] = [help[repo], `Blocks ${blockregexps.join(', ')}${where}: ${explanation}.`].filter(Boolean).join(' ');
    }
  }
  return help;
}
