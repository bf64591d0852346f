/** Labels for what the description says, and a notice where it says nothing (spec plugins-review.md C.15). */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import { hasLabel } from '../../domain/review/item.ts';
import type { PullEvent } from '../../domain/review/events.ts';
import { prune } from '../../rules/own-comments.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reasonedReply, simpleReply } from '../../rules/replies.ts';
import type { ItemContext } from '../api.ts';
import { deprecationNotice, isStaleNotice, neededNotice } from './notices.ts';
import {
  allNoteLabels,
  deprecation,
  labelForNote,
  releaseNote,
  releaseNoteActionRequired,
  releaseNoteNeeded,
  releaseNoteNone,
} from './note.ts';

const actions = ['opened', 'edited', 'ready_for_review'];
const noneCommand = compileRegex(String.raw`(?mi)^/release-note-none\s*$`);
const parent = compileRegex(String.raw`Cherry pick of #([[:digit:]]+) on release-([[:digit:]]+\.[[:digit:]]+).`);

export async function onDescription({ action, label }: PullEvent, context: ItemContext): Promise<Effect[]> {
  const isNoteLabel = action === 'labeled' && label !== undefined && allNoteLabels.includes(label);
  if (!actions.includes(action) && !isNoteLabel) return [];
  const { item, host, bot } = context;
  const labels = await host.labels();
  let wanted = labelForNote(item.body, labels);
  const effects: Effect[] = [];
  if (wanted === releaseNoteNeeded) {
    if (item.pull?.merged) return [];
    const isMarked = hasLabel(labels, releaseNoteNeeded);
    const duty = await noteDuty(context);
    if (!duty.isOwed) {
      return [
        ...(isMarked ? [removeLabel(releaseNoteNeeded)] : []),
        ...prune(bot, await host.comments(), isStaleNotice),
      ];
    }
    if (duty.notice !== undefined && !isMarked) effects.push(comment(duty.notice));
    if (hasLabel(labels, deprecation)) {
      if (!isMarked) effects.push(comment(simpleReply(deprecationNotice)));
    } else if ((await host.comments()).some(({ body }) => noneCommand.test(body))) {
      wanted = releaseNoteNone;
    } else if (!isMarked) {
      effects.push(
        comment(simpleReply(`${neededNotice} Please follow ${context.config.release_note.guidelines_url}.`)),
      );
    }
  }
  if (!labels.includes(wanted)) effects.push(addLabel(wanted));
  effects.push(...allNoteLabels.filter((each) => each !== wanted && labels.includes(each)).map(removeLabel));
  if (wanted !== releaseNoteNeeded) effects.push(...prune(bot, await host.comments(), isStaleNotice));
  return effects;
}

/** Cherry picks need no note of their own where all that they are picked from have one. */
async function noteDuty({ item, host }: ItemContext): Promise<{ isOwed: boolean; notice?: string }> {
  const parents = parent.matches(item.body).map(({ groups: [number = ''] }) => Number(number));
  if (item.pull?.base.ref === 'master' || parents.length === 0) return { isOwed: true };
  const without: number[] = [];
  for (const number of parents) {
    const labels = (await host.labelsOf(number)) ?? [];
    const hasNote = hasLabel(labels, releaseNote) || hasLabel(labels, releaseNoteActionRequired);
    if (!hasNote) without.push(number);
  }
  if (without.length === 0) return { isOwed: false };
  const names = without.map((number) => `#${number}`).join(', ');
  const message = `the pull requests that this is picked from have no release note: ${names}. At least this one needs one.`;
  return {
    isOwed: true,
    notice: reasonedReply(item.author, message, 'Cherry picks take over the notes of their parents.'),
  };
}
