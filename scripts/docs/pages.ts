/** All generated pages by their path below the project. */
import { commandsPage } from './commands-page.ts';
import { configReference } from './config-page.ts';
import { failuresPage } from './failures-page.ts';
import { httpPage } from './http-page.ts';
import { metricsPage } from './metrics-page.ts';
import { settingsPage } from './settings-page.ts';
import { wirePage } from './wire-page.ts';

export const referenceFolder = 'docs/reference';

export async function generatedPages(): Promise<Map<string, string>> {
  const pages = {
    commands: commandsPage(),
    config: configReference().text,
    failures: failuresPage(),
    http: await httpPage(),
    metrics: metricsPage(),
    settings: settingsPage(),
    wire: await wirePage(),
  };
  return new Map(Object.entries(pages).map(([name, text]) => [`${referenceFolder}/${name}.md`, text]));
}
