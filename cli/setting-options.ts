/** Command line options made from the table of settings, so that flags, variables, help and docs agree. */
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import {
  resolveSettings,
  settingDescriptions,
  type GivenSettings,
  type SettingName,
  type Settings,
} from '../config/settings.ts';
import { repeated } from './parse-options.ts';

/** The shipped example: `config/example` beside the compiled code's folder. */
export const exampleDir = fileURLToPath(new URL('../../config/example', import.meta.url));

/** What every command that talks to Temporal takes. */
export const temporalSettings: readonly SettingName[] = [
  'temporalAddress',
  'temporalPort',
  'temporalTls',
  'temporalTlsCaFile',
  'temporalTlsCertFile',
  'temporalTlsKeyFile',
  'temporalTlsServerName',
  'temporalApiKeyFile',
  'namespace',
];
/** What commands that read results take. */
export const storageSettings: readonly SettingName[] = [
  'dataDir',
  'storage',
  'gcsCredentialsFile',
  's3CredentialsFile',
];
export const configSettings: readonly SettingName[] = [
  'configPath',
  'jobConfigPath',
  'supplementalProwConfigDir',
  'supplementalProwConfigsFilenameSuffix',
  'pluginConfig',
];

/** Adds options for some settings, or for all. */
export function withSettings(command: Command, names?: readonly SettingName[]): Command {
  for (const setting of settingDescriptions) {
    if (names && !names.includes(setting.name)) continue;
    const value = setting.boolean ? '' : ' <value>';
    const shown =
      setting.default === undefined || setting.boolean ? '' : `; default ${JSON.stringify(setting.default)}`;
    const option = new Option(`${setting.flag}${value}`, `${setting.description} [${setting.variable}${shown}]`);
    // To commander `--no-x` is the contrary of an option `--x`; ours are switches of their own.
    option.negate = false;
    if (setting.choices) option.choices(setting.choices);
    if (setting.list) option.argParser(repeated);
    command.addOption(option);
  }
  return command;
}

/** The settings from a command's options, the environment and the defaults. Throws SettingsError. */
export function settingsOf(options: Record<string, unknown>): Settings {
  const given: GivenSettings = {};
  for (const { name } of settingDescriptions) if (options[name] !== undefined) given[name] = options[name];
  return resolveSettings(given, { env: process.env, cwd: process.cwd(), exampleDir });
}
