/** `/release-note-none` and `/release-note-edit`, in comments on pulls (spec plugins-review.md C.15). */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import { hasLabel, normalLogin } from '../../domain/review/item.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import type { ItemContext } from '../api.ts';
import { allNoteLabels, deprecation, isNone, noteBlock, noteOf, releaseNoteNone, withNote } from './note.ts';

const edit = compileRegex(String.raw`(?mi)^/release-note-edit\s*$`);
const none = compileRegex(String.raw`(?mi)^/release-note-none\s*$`);
const deprecated = compileRegex(String.raw`(?mi)^/release-note(-action-required)?\s*$`);

export async function onReleaseNoteCommand(event: CommentEvent, context: ItemContext): Promise<Effect[]> {
  const { action, where, body } = event;
  if (action !== 'created' || where !== 'conversation' || !context.item.isPull) return [];
  if (edit.test(body)) return await editNote(event, context);
  if (deprecated.test(body)) {
    const hint =
      'Please write the release note into the description, in a block that begins with ```` ```release-note ````.';
    const never = 'If none is needed, say `/release-note-none`.';
    return [comment(reply(event, `This command is no longer used. ${hint} ${never}`))];
  }
  return none.test(body) ? await noNote(event, context) : [];
}

async function editNote(event: CommentEvent, { item, host, org }: ItemContext): Promise<Effect[]> {
  if (!(await host.isMember(org, event.author))) {
    return [comment(reply(event, 'Release notes of others are edited by members of the organisation only.'))];
  }
  const note = noteBlock(event.body)?.trim();
  if (note === undefined) return [comment(reply(event, 'There is no release note block in this comment.'))];
  const body = withNote(item.body, note);
  return body === undefined
    ? [comment(reply(event, 'There is no release note block in the description that could be replaced.'))]
    : [{ kind: 'editBody', body }];
}

async function noNote(event: CommentEvent, { item, host, org }: ItemContext): Promise<Effect[]> {
  const isAuthor = normalLogin(event.author) === normalLogin(item.author);
  if (!isAuthor && !(await host.isMember(org, event.author))) {
    return [comment(reply(event, `\`${releaseNoteNone}\` is set by the author or members of the organisation only.`))];
  }
  const note = noteOf(item.body);
  if (note !== '' && !isNone(note)) {
    return [comment(reply(event, `\`${releaseNoteNone}\` is not set, since the description has a release note.`))];
  }
  const labels = await host.labels();
  if (hasLabel(labels, deprecation)) {
    return [comment(reply(event, `\`${releaseNoteNone}\` is not set, since \`${deprecation}\` needs a release note.`))];
  }
  return [
    ...(labels.includes(releaseNoteNone) ? [] : [addLabel(releaseNoteNone)]),
    ...allNoteLabels.filter((each) => each !== releaseNoteNone && labels.includes(each)).map(removeLabel),
  ];
}
