/** What release notes are, for people. */
import type { HelpContext, PluginHelp } from '../api.ts';
import { releaseNote, releaseNoteActionRequired, releaseNoteNeeded, releaseNoteNone } from './note.ts';

export function releaseNoteHelp({ config }: HelpContext): PluginHelp {
  return {
    description:
      `Reads the block \`release-note\` in the description of a pull request and keeps one label: \`${releaseNote}\`, ` +
      `\`${releaseNoteNone}\` for NONE, \`${releaseNoteActionRequired}\` where it says "action required", ` +
      `\`${releaseNoteNeeded}\` where there is nothing.`,
    config: { '': `Guidelines: ${config.release_note.guidelines_url}.` },
    snippet: 'release_note:\n  guidelines_url: https://example.com/release-notes\n',
    commands: [
      {
        usage: '/release-note-none',
        featured: false,
        description: 'Says that no release note is needed.',
        whoCanUse: 'Authors of pull requests and members of the organisation.',
        examples: ['/release-note-none'],
      },
      {
        usage: '/release-note-edit',
        featured: false,
        description: 'Puts the release note block of the comment in the place of that in the description.',
        whoCanUse: 'Members of the organisation.',
        examples: ['/release-note-edit\n```release-note\nThe new note\n```'],
      },
    ],
  };
}
