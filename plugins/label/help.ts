/** What the commands of label are, for people. */
import type { HelpContext, PluginHelp } from '../api.ts';
import { quoted } from './restricted.ts';

export function labelHelp({ config }: HelpContext): PluginHelp {
  const { additional_labels: more, restricted_labels: restricted } = config.label;
  const own = more.length > 0 ? `\`/label\` can set ${quoted(more)}.` : '`/label` can set no label.';
  const perRepo = Object.entries(restricted).map(([key, labels]) => [
    key === '*' ? '' : key,
    `Only some may set ${quoted(labels.map(({ label }) => label))}.`,
  ]);
  const rest: Record<string, string> = Object.fromEntries(perRepo);
  return {
    description: 'Adds and removes labels by comment.',
    config: { ...rest, '': [own, rest['']].filter(Boolean).join(' ') },
    snippet: [
      'label:',
      '  additional_labels: [api-review]',
      '  restricted_labels:',
      '    org/repo:',
      '    - label: cherry-pick-approved',
      '      allowed_teams: [release-managers]',
      '      allowed_users: [alice]',
      '      assign_on:',
      '      - label: do-not-merge/cherry-pick-not-approved',
      '',
    ].join('\n'),
    commands: [
      {
        usage: '/[remove-](area|committee|kind|language|priority|sig|triage|wg|label) <target>',
        featured: false,
        description: 'Adds or removes a label of one of these categories, or one that is configured.',
        whoCanUse: 'Anybody; restricted labels by those who are named, triage/accepted by members of the organisation.',
        examples: ['/kind bug', '/remove-area api', '/sig testing', '/label api-review'],
      },
    ],
  };
}
