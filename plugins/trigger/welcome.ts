/** The greeting for an author whom nobody knows yet, and the label that asks for a look (C.6). */
import { addLabel, comment, type Effect } from '../../domain/effects.ts';
import { triggerOptionsFor, type TriggerOptions } from '../../domain/plugin-config.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { simpleReply } from '../../rules/replies.ts';
import { needsOkToTestLabel, okToTestLabel, secondOrg } from '../../rules/selection/trust.ts';
import type { ItemContext } from '../api.ts';

const defaultThreshold = 3;

export async function welcome(context: ItemContext): Promise<Effect[]> {
  const options = triggerOptionsFor(context.config, context.org, context.repo);
  const message = comment(simpleReply(await greeting(options, context)));
  if (options.ignore_ok_to_test || hasLabel(await context.host.labels(), okToTestLabel)) return [message];
  return [addLabel(needsOkToTestLabel), message];
}

async function greeting(options: TriggerOptions, context: ItemContext): Promise<string> {
  const { org, repo, item } = context;
  const commands = `https://go.k8s.io/bot-commands?repo=${encodeURIComponent(`${org}/${repo}`)}`;
  const body = options.ignore_ok_to_test ? [withoutCommand] : await withCommand(options, context);
  return [
    `Hi @${item.author}, thank you for the pull request.`,
    ...body,
    `The commands that I understand are listed [here](${commands}).`,
  ].join('\n\n');
}

const withoutCommand =
  'Its tests do not start by themselves, and `/ok-to-test` is not in use in this repository. ' +
  'Collaborators can start them with `/test all`.';

async function withCommand(options: TriggerOptions, context: ItemContext): Promise<string[]> {
  const { org } = context;
  const second = secondOrg(org, options);
  const people = [org, ...(second === undefined ? [] : [second])].map(
    (name) => `[${name}](${peopleUrl(name, context)})`,
  );
  return [
    `I am waiting for a member of ${people.join(' or ')} to see that it is reasonable to test, and to say so with ` +
      '`/ok-to-test` on a line of its own. Until then new commits are not tested by themselves; members can still use ' +
      `the test commands. ${await guidance(options, context)}`,
    `Once the pull request is found reasonable, it has the label \`${okToTestLabel}\`.`,
  ];
}

/** How not to have to wait the next time. */
async function guidance(options: TriggerOptions, context: ItemContext): Promise<string> {
  const url = options.join_org_url || peopleUrl(context.org, context);
  if (!(await isRegular(options, context))) {
    return `Whoever contributes regularly should [join the organisation](${url}) and skip this step.`;
  }
  const message = options.org_invite?.prominent?.message;
  return message
    ? `\n\n${message.replaceAll('{join_org_url}', () => url)}`
    : `\n\n> [!TIP]\n> You have contributed several times. [Join the organisation](${url}), and this step is over for good.`;
}

/** Whether the author has had so many pulls merged that an invitation is due. A search that fails is no reason to wait. */
async function isRegular({ org_invite: invite }: TriggerOptions, { item, host }: ItemContext): Promise<boolean> {
  const { disabled = false, merged_pr_threshold: threshold = defaultThreshold } = invite?.prominent ?? {};
  if (disabled || item.authorType === 'Bot' || item.author.endsWith('[bot]')) return false;
  if (threshold <= 0) return true;
  try {
    return (await host.mergedPulls(item.author)) >= threshold;
  } catch {
    return false;
  }
}

function peopleUrl(org: string, { item }: ItemContext): string {
  return `${new URL(item.url).origin}/orgs/${org}/people`;
}
