/** `/kind`, `/sig`, `/label` and the like: labels by comment (spec plugins-review.md C.10). */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import type { LabelOptions } from '../../domain/plugin-config.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { reply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';
import { labelCommands, type LabelCommands } from './commands.ts';
import { labelHelp } from './help.ts';
import { quoted, refusalFor, restrictedLabelsFor, type RestrictedLabels } from './restricted.ts';

const triageAccepted = 'triage/accepted';
/** Categories for which a label says that one is missing. */
const neededCategories = ['kind', 'priority', 'sig', 'triage'];

export const label: Plugin = {
  name: 'label',
  help: labelHelp,

  async onComment(event, context) {
    if (event.action !== 'created') return [];
    const commands = labelCommands(event.body);
    return commands ? await obey(commands, event, context) : [];
  },

  async onPull({ action, label: added = '' }, { config, org, repo }) {
    if (action !== 'labeled') return [];
    const restricted = [...restrictedLabelsFor(config.label, org, repo).values()];
    return restricted
      .filter(({ assign_on: on }) => on.some((each) => each.label.toLowerCase() === added.toLowerCase()))
      .map(({ allowed_users: logins }) => ({ kind: 'assign', logins }));
  },
};

async function obey(commands: LabelCommands, event: CommentEvent, context: ItemContext): Promise<Effect[]> {
  const { host, config, org, repo } = context;
  const restricted = restrictedLabelsFor(config.label, org, repo);
  const wanted = [...commands.add, ...commands.addCustom, ...commands.remove, ...commands.removeCustom];
  const [inRepo, labels] = await Promise.all([host.repoLabels(wanted), host.labels()]);
  const known = new Set(inRepo.map((each) => each.toLowerCase()));
  const supported = (each: string) => isSupported(each, config.label, restricted);
  const unsupported = [...commands.addCustom, ...commands.removeCustom].filter((each) => !supported(each));
  const remove = [...commands.remove, ...commands.removeCustom.filter(supported)];
  const add = [...commands.add, ...commands.addCustom.filter(supported)];
  add.push(...missingCategories(add, remove, labels, known));

  const mayNot = (each: string) => refusalFor(restricted.get(each), event.author, host.teamMembers, context.random);
  const effects: Effect[] = [];
  const notInRepo: string[] = [];
  const notOnItem: string[] = [];
  let deniesTriage = false;
  for (const each of add) {
    if (hasLabel(labels, each)) continue;
    if (!known.has(each)) notInRepo.push(each);
    else if (each === triageAccepted && !(await host.isMember(org, event.author))) deniesTriage = true;
    else {
      const refusal = await mayNot(each);
      effects.push(refusal === undefined ? addLabel(each) : comment(reply(event, refusal)));
    }
  }
  for (const each of remove) {
    if (!hasLabel(labels, each)) notOnItem.push(each);
    else if (known.has(each)) {
      const refusal = await mayNot(each);
      effects.push(refusal === undefined ? removeLabel(each) : comment(reply(event, refusal)));
    }
  }
  const message =
    unsupportedMessage(unsupported, config.label, restricted) ??
    (notInRepo.length > 0
      ? `This repository has no ${plural(notInRepo)} ${quoted(notInRepo)}.`
      : notOnItem.length > 0
        ? `There is no ${plural(notOnItem)} ${quoted(notOnItem)} to remove here.`
        : deniesTriage
          ? `The label ${quoted([triageAccepted])} is set by members of the organisation only.`
          : undefined);
  return message === undefined ? effects : [...effects, comment(reply(event, message))];
}

function isSupported(each: string, { additional_labels: more }: LabelOptions, restricted: RestrictedLabels): boolean {
  return restricted.has(each) || more.some((one) => one.toLowerCase() === each);
}

/** `needs-<category>` where the last label of a category goes and none of it comes. */
function missingCategories(
  add: readonly string[],
  remove: readonly string[],
  labels: readonly string[],
  known: ReadonlySet<string>,
): string[] {
  return neededCategories.flatMap((category) => {
    const of = (list: readonly string[]) => list.filter((each) => each.startsWith(`${category}/`));
    const needed = `needs-${category}`;
    const removed = of(remove);
    if (!known.has(needed) || removed.length === 0 || of(add).length > 0) return [];
    return of(labels).every((each) => removed.includes(each)) ? [needed] : [];
  });
}

function unsupportedMessage(
  unsupported: readonly string[],
  { additional_labels: more }: LabelOptions,
  restricted: RestrictedLabels,
): string | undefined {
  if (unsupported.length === 0) return undefined;
  const supported = [...more, ...[...restricted.keys()].sort()];
  const which = supported.length > 0 ? `Those that can are ${quoted(supported)}.` : 'None can here.';
  const where = '`label.additional_labels` and `label.restricted_labels` in `plugins.yaml`';
  return `The ${plural(unsupported)} ${quoted(unsupported)} cannot be set by \`/label\`. ${which} They are listed in ${where}.`;
}

function plural(labels: readonly string[]): string {
  return labels.length === 1 ? 'label' : 'labels';
}
