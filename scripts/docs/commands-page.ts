/** docs/reference/commands.md, from the commander program. */
import type { Command, Option } from 'commander';
import { createProgram } from '../../cli/program.ts';
import { settingDescriptions } from '../../config/settings.ts';
import { code, generatedFrom, page, table, valueCode } from './markdown.ts';

const settingFlags = new Set(settingDescriptions.map(({ flag }) => flag));

export function commandsPage(): string {
  return page(
    generatedFrom('cli/commands/'),
    '# Commands',
    'Called as `npx bowsprit <command>` in the project. Exit code 0: done; 1: it failed, and a sentence on stderr says why; 2: wrong ' +
      'call. Settings are explained in [settings](settings.md) and can be given by environment variables as well.',
    ...leaves(createProgram()).flatMap(({ path, command }) => commandParts(path, command)),
  );
}

/** Commands that do something, with their path. */
function leaves(
  command: Command,
  path: readonly string[] = [command.name()],
): { path: readonly string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((each) => leaves(each, [...path, each.name()]));
}

function commandParts(path: readonly string[], command: Command): string[] {
  const isSetting = ({ long }: Option) => settingFlags.has(long ?? '');
  const own = command.options.filter((option) => !isSetting(option));
  const settings = command.options.filter(isSetting);
  const names = command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  const rows = [
    ...command.registeredArguments.map((argument) => [code(argument.name()), '', argument.description]),
    ...own.map((option) => [code(option.flags), valueCode(option.defaultValue), meaning(option)]),
  ];
  const allSettings = settings.length === settingDescriptions.length;
  return [
    `## ${path.join(' ')}`,
    sentence(command.description()),
    `\`\`\`\n${[...path, ...names, '[options]'].join(' ')}\n\`\`\``,
    rows.length > 0 ? table(['Argument or option', 'Default', 'Meaning'], rows) : '',
    settings.length === 0
      ? ''
      : `Settings: ${allSettings ? 'all' : settings.map(({ long }) => code(long ?? '')).join(', ')}.`,
  ];
}

function meaning({ description, argChoices }: Option): string {
  return argChoices ? `${description}: ${argChoices.map(code).join(', ')}` : description;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
