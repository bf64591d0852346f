/** docs/reference/settings.md, from the table in `config/settings.ts`. */
import { settingDescriptions } from '../../config/settings.ts';
import { code, generatedFrom, page, table, valueCode } from './markdown.ts';

export function settingsPage(): string {
  return page(
    generatedFrom('config/settings.ts'),
    '# Settings',
    'Settings of the installation; what jobs do is in the [configuration](config.md). Each is a flag of the commands that need it ' +
      '([commands](commands.md)) and an environment variable of every process. A flag goes before the variable, the variable before ' +
      'the default. Lists repeat the flag, or separate their entries by `:` in the variable. Relative paths are relative to the ' +
      'folder in which the command was called.',
    table(
      ['Flag', 'Environment variable', 'Default', 'Meaning'],
      settingDescriptions.map(({ flag, variable, description, boolean, list, choices, default: value }) => [
        code(`${flag}${boolean ? '' : ' <value>'}`) + (list ? ' (repeatable)' : ''),
        code(variable),
        valueCode(value),
        choices ? `${description} One of ${choices.map(code).join(', ')}.` : description,
      ]),
    ),
  );
}
