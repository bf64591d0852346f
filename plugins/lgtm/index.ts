/**
 * `/lgtm`: a reviewer finds that a pull looks good, until it changes (spec plugins-review.md C.2).
 */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import { blockFor, type LgtmOptions } from '../../domain/plugin-config.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { helpPerRepo } from '../../rules/help-per-repo.ts';
import { isBot, prune } from '../../rules/own-comments.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';
import { approvedTree, isRemovalNotice, isTreeHashNotice, removalNoticeText, treeHashText } from './notices.ts';
import { permissionOf } from './permission.ts';
import { isSticky } from './sticky.ts';

const label = 'lgtm';
const add = compileRegex(String.raw`(?mi)^/lgtm(?: no-issue)?\s*$`);
const cancel = compileRegex(String.raw`(?mi)^/(remove-lgtm|lgtm cancel)\s*$`);

/** What somebody wants, and the text in which they say so. */
interface Verdict {
  adds: boolean;
  author: string;
  body: string;
  url: string;
}

export const lgtm: Plugin = {
  name: 'lgtm',
  help: ({ config, enabledRepos }) => ({
    description:
      `Adds or removes the label \`${label}\`, with which reviewers say that a pull request looks good. ` +
      'New commits take the label away.',
    config: helpPerRepo(enabledRepos, (org, repo) => settingsText(blockFor(config.lgtm, org, repo))),
    snippet,
    commands: [
      {
        usage: '/lgtm [cancel]',
        featured: true,
        description: `Adds or removes the label \`${label}\`.`,
        whoCanUse:
          'Collaborators of the repository, or, where collaborators are not asked for, approvers and reviewers in OWNERS ' +
          'files of the changed files. Authors can cancel, but not approve of, their own pull requests.',
        examples: ['/lgtm', '/lgtm cancel', '/remove-lgtm'],
      },
    ],
  }),

  async onComment({ action, author, body, url }, context) {
    if (action !== 'created' || !context.item.isPull || context.item.state !== 'open') return [];
    const adds = add.test(body);
    return adds || cancel.test(body) ? judge({ adds, author, body, url }, context) : [];
  },

  async onReview({ action, state, author, authorType, body, url }, context) {
    if (action !== 'submitted' || !optionsOf(context)?.review_acts_as_lgtm) return [];
    if (isBot(context.bot, author) || authorType === 'Bot') return [];
    // Commands are obeyed as such, whatever the review says.
    if (add.test(body) || cancel.test(body)) return [];
    if (state !== 'approved' && state !== 'changes_requested') return [];
    return judge({ adds: state === 'approved', author, body, url }, context);
  },

  async onPull({ action }, context) {
    const { item, host, bot } = context;
    if (action !== 'synchronize' || !item.pull || item.pull.merged) return [];
    const options = optionsOf(context);
    if (await isSticky(options, context)) return [];
    if (!hasLabel(await host.labels(), label)) return [];
    if (options?.store_tree_hash) {
      const tree = approvedTree(bot, await host.comments());
      if (tree !== undefined && tree === (await host.treeOf(item.pull.head.sha))) return [];
    }
    return [removeLabel(label), comment(removalNoticeText()), ...reviewsAgain(options, context)];
  },
};

async function judge({ adds, ...said }: Verdict, context: ItemContext): Promise<Effect[]> {
  const permission = await permissionOf(said.author, adds, context);
  if (!permission.granted) return [comment(reply(said, permission.answer))];
  const isGood = hasLabel(await context.host.labels(), label);
  if (adds === isGood) return [...permission.effects];
  return [...permission.effects, ...(adds ? await added(context) : await removed(context))];
}

async function added(context: ItemContext): Promise<Effect[]> {
  const { host, bot } = context;
  const options = optionsOf(context);
  // Nothing will take the label from such an author, so there is nothing to remember and nothing to tidy up.
  if (await isSticky(options, context)) return [addLabel(label)];
  const head = options?.store_tree_hash ? (await context.pull())?.head.sha : undefined;
  return [
    addLabel(label),
    ...(head ? [comment(treeHashText(await host.treeOf(head)))] : []),
    ...prune(bot, await host.comments(), isRemovalNotice),
  ];
}

async function removed(context: ItemContext): Promise<Effect[]> {
  const options = optionsOf(context);
  if (!options?.store_tree_hash) return [removeLabel(label)];
  return [
    removeLabel(label),
    ...reviewsAgain(options, context),
    ...prune(context.bot, await context.host.comments(), isTreeHashNotice),
  ];
}

/** Where the tree is remembered, the assignees are asked to look again. */
function reviewsAgain(options: LgtmOptions | undefined, { item: { assignees } }: ItemContext): Effect[] {
  return options?.store_tree_hash && assignees.length > 0 ? [{ kind: 'requestReview', reviewers: assignees }] : [];
}

function optionsOf({ config, org, repo }: ItemContext): LgtmOptions | undefined {
  return blockFor(config.lgtm, org, repo);
}

function settingsText(options: LgtmOptions | undefined): string | undefined {
  if (!options) return undefined;
  const sentences = [
    options.review_acts_as_lgtm && 'Approving or requesting changes in a review acts as /lgtm or /lgtm cancel.',
    options.store_tree_hash && 'The label stays when a push leaves the files as they were, as squashing does.',
    options.trusted_team_for_sticky_lgtm &&
      `The label stays when members of the team "${options.trusted_team_for_sticky_lgtm}" push to their pull requests.`,
  ];
  return sentences.filter(Boolean).join(' ') || undefined;
}

const snippet = `lgtm:
- repos:
  - org
  - org/repo
  # An approving review acts as /lgtm, one that requests changes as /lgtm cancel.
  review_acts_as_lgtm: true
  # Keep the label when a push does not change any file.
  store_tree_hash: true
  # Name of a team whose members keep the label when they push.
  trusted_team_for_sticky_lgtm: maintainers
`;
