/**
 * Keeps the label `approved` and one comment about it: a pull is approved when approvers of all OWNERS files that its files
 * belong to have said so (spec plugins-review.md C.1). Everything is worked out anew each time, from what people have written.
 */
import { addLabel, comment, deleteComments, removeLabel, type Effect } from '../../domain/effects.ts';
import { approveDefaults, blockFor, type ApproveOptions } from '../../domain/plugin-config.ts';
import { isStateThatCounts } from '../../rules/approvers/approvals.ts';
import { hasApprovalCommand } from '../../rules/approvers/commands.ts';
import { helpPerRepo } from '../../rules/help-per-repo.ts';
import { isBot } from '../../rules/own-comments.ts';
import type { ItemContext, Plugin } from '../api.ts';
import { notificationOf } from './assess.ts';
import { isNotification, notificationText } from './notification.ts';

const label = 'approved';
const actions = new Set(['opened', 'reopened', 'synchronize']);

export const approve: Plugin = {
  name: 'approve',
  help: ({ config, enabledRepos }) => ({
    description:
      `Adds the label \`${label}\` to a pull request when people from the OWNERS files of all changed files have approved it, ` +
      'and says in a comment whose approval is missing.',
    config: helpPerRepo(enabledRepos, (org, repo) => settingsText(blockFor(config.approve, org, repo))),
    snippet,
    commands: [
      {
        usage: '/approve [no-issue|cancel]',
        featured: true,
        description:
          'Approves a pull request, or takes the approval back. `no-issue` says that it needs no associated issue.',
        whoCanUse: 'Anyone can use the command; what people say who are approvers in OWNERS files has an effect.',
        examples: ['/approve', '/approve no-issue', '/approve cancel', '/remove-approve'],
      },
    ],
  }),

  async onComment({ action, author, body, where }, context) {
    const { item, bot } = context;
    // What a new description says is looked at when the pull is opened; by itself it approves of nothing.
    if (action !== 'created' || where === 'description' || !item.isPull || item.state === 'closed') return [];
    if (isBot(bot, author) || !hasApprovalCommand(body, optionsOf(context).lgtm_acts_as_approve)) return [];
    return decide(context);
  },

  async onReview({ action, state, author, authorType, body }, context) {
    const options = optionsOf(context);
    if (action === 'edited' || isBot(context.bot, author) || authorType === 'Bot') return [];
    // Commands are obeyed as a comment's.
    if (hasApprovalCommand(body, options.lgtm_acts_as_approve)) return [];
    return !options.ignore_review_state && isStateThatCounts(state.toUpperCase()) ? decide(context) : [];
  },

  async onPull({ action, label: named, sender }, context) {
    const isByHand =
      action === 'labeled' && named === label && !isBot(context.bot, sender) && context.item.state !== 'closed';
    return actions.has(action) || isByHand ? decide(context) : [];
  },
};

async function decide(context: ItemContext): Promise<Effect[]> {
  const { host, bot } = context;
  const hasLabel = (await host.labels()).includes(label);
  const facts = await notificationOf(context, optionsOf(context), hasLabel ? label : undefined);
  const text = notificationText(facts);
  const earlier = (await host.comments()).filter(({ author, body }) => isBot(bot, author) && isNotification(body));
  const isSaid = earlier.at(-1)?.body.includes(text) ?? false;
  const isApproved = facts.isComplete || facts.isOverridden;
  return [
    ...(isSaid ? [] : [...deleteComments(earlier.map(({ id }) => id)), comment(text)]),
    ...(isApproved && !hasLabel ? [addLabel(label)] : []),
    ...(!isApproved && hasLabel ? [removeLabel(label)] : []),
  ];
}

function optionsOf({ config, org, repo }: ItemContext): ApproveOptions {
  return blockFor(config.approve, org, repo) ?? { ...approveDefaults, repos: [] };
}

function settingsText(options: ApproveOptions = { ...approveDefaults, repos: [] }): string {
  const sentences = [
    options.issue_required ? 'Pull requests need an associated issue.' : 'Pull requests need no associated issue.',
    options.require_self_approval
      ? 'Authors who are approvers have to say /approve as others do.'
      : 'Authors who are approvers approve of their own pull requests by writing them.',
    options.lgtm_acts_as_approve && '/lgtm acts as /approve.',
    !options.ignore_review_state &&
      'An approving review acts as /approve, one that requests changes as /approve cancel.',
  ];
  return sentences.filter(Boolean).join(' ');
}

const snippet = `approve:
- repos:
  - org
  - org/repo
  # Approval also needs an issue that the description mentions, or /approve no-issue.
  issue_required: true
  # Authors who are approvers have to approve of their own pull requests.
  require_self_approval: true
  # /lgtm acts as /approve.
  lgtm_acts_as_approve: true
  # Reviews that approve or request changes do not count.
  ignore_review_state: true
  # Where commands are explained.
  commandHelpLink: https://go.k8s.io/bot-commands
  # Where the process is explained.
  pr_process_link: https://git.k8s.io/community/contributors/guide/owners.md#the-code-review-process
`;
