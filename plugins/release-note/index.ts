/** Sees to it that pulls say what users have to know (spec plugins-review.md C.15). */
import type { Plugin } from '../api.ts';
import { onReleaseNoteCommand } from './on-command.ts';
import { releaseNoteHelp } from './help.ts';
import { onDescription } from './on-description.ts';

export const releaseNotePlugin: Plugin = {
  name: 'release-note',
  help: releaseNoteHelp,
  onPull: onDescription,
  onComment: onReleaseNoteCommand,
};
