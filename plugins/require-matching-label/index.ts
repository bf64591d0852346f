/** Asks for a label of some kind, such as `sig/*`, where none is set (spec plugins-review.md C.14). */
import { parseDuration } from '../../domain/duration.ts';
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import type { RequireMatchingLabel } from '../../domain/plugin-config.ts';
import { prune } from '../../rules/own-comments.ts';
import { compileRegex } from '../../rules/regex.ts';
import { simpleReply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';

const command = compileRegex(String.raw`(?mi)^/check-required-labels\s*$`);

export const requireMatchingLabel: Plugin = {
  name: 'require-matching-label',
  help: ({ config }) => ({
    description:
      'Adds a label, and a comment if wanted, to issues and pull requests that have no label of a required kind.',
    config: configHelp(config.require_matching_label),
    snippet: [
      'require_matching_label:',
      '- org: org',
      '  repo: repo',
      '  branch: main',
      '  prs: true',
      '  issues: true',
      '  regexp: ^kind/',
      '  missing_label: needs-kind',
      '  missing_comment: Please add a kind.',
      '  grace_period: 5s',
      '',
    ].join('\n'),
    commands: [
      {
        usage: '/check-required-labels',
        featured: true,
        description: 'Looks for the required labels now.',
        whoCanUse: 'Anybody.',
        examples: ['/check-required-labels'],
      },
    ],
  }),

  onPull: ({ action, label }, context) => onAction(action, label, context),
  onIssue: ({ action, label }, context) => onAction(action, label, context),

  async onComment({ action, body }, context) {
    if (action !== 'created' || context.item.state !== 'open' || !command.test(body)) return [];
    return await afterGrace(applicable(context), context);
  },
};

async function onAction(action: string, label: string | undefined, context: ItemContext): Promise<readonly Effect[]> {
  const rules = applicable(context);
  if (action === 'opened' || action === 'reopened') return await afterGrace(rules, context);
  if ((action !== 'labeled' && action !== 'unlabeled') || label === undefined) return [];
  // A label that is none of the required kind changes nothing: whoever removes ours by hand is not contradicted.
  return await check(
    rules.filter(({ regexp }) => compileRegex(regexp).test(label)),
    context,
  );
}

function applicable({ config, org, repo, item }: ItemContext): RequireMatchingLabel[] {
  return config.require_matching_label.filter(
    (rule) =>
      (item.isPull ? rule.prs : rule.issues) &&
      rule.org === org &&
      (rule.repo === '' || rule.repo === repo) &&
      (rule.branch === '' || !item.isPull || rule.branch === item.pull?.base.ref),
  );
}

/** People and tools set labels one by one: they get the longest time that any of the rules grants. */
async function afterGrace(rules: RequireMatchingLabel[], context: ItemContext): Promise<readonly Effect[]> {
  if (rules.length === 0) return [];
  if (context.again) return await check(rules, context);
  const graces = rules.map(({ grace_period: grace }) => Number(parseDuration(grace) / 1_000_000n));
  return [{ kind: 'lookAgain', afterMs: Math.max(...graces) }];
}

async function check(rules: RequireMatchingLabel[], { host, bot }: ItemContext): Promise<Effect[]> {
  if (rules.length === 0) return [];
  const labels = await host.labels();
  const effects: Effect[] = [];
  for (const { regexp, missing_label: missing, missing_comment: text } of rules) {
    const pattern = compileRegex(regexp);
    const isThere = labels.some((label) => pattern.test(label));
    const isMarked = labels.some((label) => label.toLowerCase() === missing.toLowerCase());
    if (isThere && isMarked) {
      effects.push(removeLabel(missing));
      if (text) effects.push(...prune(bot, await host.comments(), (body) => body.includes(text)));
    } else if (!isThere && !isMarked) {
      effects.push(addLabel(missing));
      if (text) effects.push(comment(simpleReply(text)));
    }
  }
  return effects;
}

function configHelp(rules: readonly RequireMatchingLabel[]): Record<string, string> {
  const help: Record<string, string> = {};
  for (const { org, repo, branch, prs, issues, regexp, missing_label: missing } of rules) {
    const key = repo ? `${org}/${repo}` : org;
    const what = [prs && 'pull requests', issues && 'issues'].filter(Boolean).join(' and ');
    const where = branch ? ` for ${branch}` : '';
    help[key] = [help[key], `${what}${where} need a label matching ${regexp}, or get ${missing}.`]
      .filter(Boolean)
      .join(' ');
  }
  return help;
}
