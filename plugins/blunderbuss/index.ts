/** Requests reviews of new pulls from people whom OWNERS files name (spec plugins-review.md C.5). */
import type { Effect } from '../../domain/effects.ts';
import type { BlunderbussOptions } from '../../domain/plugin-config.ts';
import { ccCommand } from '../../rules/assign-commands.ts';
import { compileRegex } from '../../rules/regex.ts';
import type { ItemContext, Plugin } from '../api.ts';
import { selectApprovers, selectReviewers, type Selection } from './select.ts';

const autoCc = compileRegex(String.raw`(?mi)^/auto-cc\s*$`);
const actions = new Set(['opened', 'ready_for_review']);

export const blunderbuss: Plugin = {
  name: 'blunderbuss',
  help: ({ config }) => ({
    description:
      'Requests reviews of new pull requests from people whom the OWNERS files of the changed files name, chosen by chance.',
    config: { '': settingsText(config.blunderbuss) },
    snippet,
    commands: [
      {
        usage: '/auto-cc',
        featured: false,
        description: 'Requests reviews of the pull request as if it were new.',
        whoCanUse: 'Anyone can use the command.',
        examples: ['/auto-cc'],
      },
    ],
  }),

  async onPull({ action }, context) {
    const { item, config } = context;
    if (!actions.has(action) || config.blunderbuss.wait_for_status) return [];
    // Whoever names reviewers in the description knows better.
    if (ccCommand.test(item.body) || !isWanted(context)) return [];
    return requests(context);
  },

  async onComment({ action, body }, context) {
    const { isPull, state } = context.item;
    if (action !== 'created' || !isPull || state === 'closed' || !autoCc.test(body)) return [];
    return requests(context);
  },

  wantsStatus: ({ context: name, state }, { blunderbuss: { wait_for_status: wait } }) =>
    wait?.context === name && wait.state === state,

  async onStatus({ context: name, state, description }, context) {
    // As the reference has it, also where no status is waited for.
    if (name === '' || state === '' || description === '')
      return [{ kind: 'fail', reason: 'A commit status without context, state or description.' }];
    const wait = context.config.blunderbuss.wait_for_status;
    if (wait?.context !== name || wait.state !== state) return [];
    if (!compileRegex(wait.description).test(description)) return [];
    const isAsked = (context.item.pull?.requestedReviewers.length ?? 0) > 0;
    return isAsked || !isWanted(context) ? [] : requests(context);
  },
};

function isWanted({ item, config }: ItemContext): boolean {
  const { ignore_drafts: ignoresDrafts, ignore_authors: ignored } = config.blunderbuss;
  return !(ignoresDrafts && item.pull?.draft) && !ignored.includes(item.author);
}

async function requests(context: ItemContext): Promise<Effect[]> {
  const { item, config, host, git, random } = context;
  const options = config.blunderbuss;
  const [owners, files] = await Promise.all([git.owners(), host.changedFiles()]);
  const selection: Selection = {
    owners,
    paths: files.map(({ path }) => path),
    author: item.author,
    count: options.request_count,
    random,
    // Who cannot be asked about is taken to have time.
    ...(options.use_status_availability && { isBusy: (login) => host.isBusy(login).catch(() => false) }),
  };
  const { reviewers, required } = await selectReviewers(selection);
  const isShort = reviewers.length < options.request_count && !options.exclude_approvers;
  // As many again and not just those missing: some of them may be among the reviewers.
  const approvers = isShort ? (await selectApprovers(selection)).reviewers : [];
  const chosen = [...new Set([...reviewers, ...approvers])];
  const limited = options.max_request_count > 0 ? chosen.slice(0, options.max_request_count) : chosen;
  const all = [...new Set([...limited, ...required])];
  return all.length > 0 ? [{ kind: 'requestReview', reviewers: all }] : [];
}

function settingsText(options: BlunderbussOptions): string {
  const { request_count: count, max_request_count: most, ignore_authors: authors, wait_for_status: wait } = options;
  const sentences = [
    `Reviews are requested from at least ${count} ${count === 1 ? 'person' : 'people'}${most > 0 ? `, and at most ${most}` : ''}.`,
    options.exclude_approvers
      ? 'Approvers are not asked.'
      : 'Where reviewers are too few, approvers are asked as well.',
    options.use_status_availability && 'People whose status says that they are busy are passed over.',
    options.ignore_drafts && 'Drafts wait until they are ready for review.',
    authors.length > 0 && `Nobody is asked to review what these write: ${authors.join(', ')}.`,
    wait &&
      `Nobody is asked before the status ${wait.context} is ${wait.state} with a description that matches ${wait.description}.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

const snippet = `blunderbuss:
  # How many people to ask at least; 2 unless given.
  request_count: 2
  # How many to ask at most, required reviewers not counted; 0 is no limit.
  max_request_count: 3
  # Do not ask approvers where reviewers are too few.
  exclude_approvers: true
  # Pass over people whose status on the host says that they are busy.
  use_status_availability: true
  # Wait until drafts are ready for review.
  ignore_drafts: true
  # Ask nobody to review what these write.
  ignore_authors:
  - some-bot
  # Ask only when the head of the pull request gets this status.
  wait_for_status:
    context: tide
    state: pending
    description: Not mergeable. Needs (lgtm|approved|approved, lgtm) labels?\\.?
`;
