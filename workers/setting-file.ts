/** A file with a secret that a setting names: read now and whenever it changes. */
import { flagOf, SettingsError, variableOf, type SettingName } from '../config/settings.ts';
import { watchFile, type WatchedFile } from '../providers/watched-file.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface SettingFile<T> {
  setting: SettingName;
  path: string;
  /** Throws where the content is of no use; its message must not hold the content. */
  parse: (text: string) => T;
}

/** Rejects with SettingsError where it cannot be read. */
export async function openSettingFile<T>(
  { setting, path, parse }: SettingFile<T>,
  logger: Logger,
): Promise<WatchedFile<T>> {
  try {
    return await watchFile({
      path,
      parse,
      onError: (reason) => logger.error({ setting: flagOf(setting), reason }, 'A file with a secret cannot be read'),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unusable';
    throw new SettingsError(`${flagOf(setting)} (${variableOf(setting)}): ${reason}`, { cause: error });
  }
}

/** For files that hold one text. */
export function notEmpty(text: string): string {
  if (text === '') throw new Error('It is empty.');
  return text;
}
