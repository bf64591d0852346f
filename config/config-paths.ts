/** The files that make the configuration, from the settings. */
import type { ConfigPaths } from './files.ts';
import type { Settings } from './settings.ts';

export function configPaths(settings: Settings): ConfigPaths {
  return {
    configPath: settings.configPath,
    jobConfigPaths: settings.jobConfigPath,
    supplementalDirs: settings.supplementalProwConfigDir,
    supplementalSuffix: settings.supplementalProwConfigsFilenameSuffix,
  };
}
