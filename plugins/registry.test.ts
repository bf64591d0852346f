import { expect, test } from '@jest/globals';
import { parsePlugins } from '../config/load-plugins.ts';
import { pluginNamed, plugins } from './registry.ts';

test('plugins are in alphabetical order, each with another name', () => {
  const names = plugins.map(({ name }) => name);

  expect(names).toEqual([...new Set(names)].sort());
  expect(pluginNamed('hold')?.name).toBe('hold');
  expect(pluginNamed('aprove')).toBeUndefined();
});

test.each(plugins)('$name has help in words, and a snippet that loads', ({ help }) => {
  const config = parsePlugins('plugins.yaml', '');
  const { description, snippet, commands } = help({ config, enabledRepos: ['o/r'] });

  expect(description).toMatch(/^[A-Z].*\.$/);
  if (snippet !== undefined) {
    const unknown: unknown[] = [];
    parsePlugins('snippet', snippet, { unknownKey: (problem) => unknown.push(problem) });
    expect(unknown).toEqual([]);
  }
  for (const { usage, description: what, whoCanUse, examples } of commands) {
    expect(usage).toMatch(/^\//);
    expect(what).toMatch(/\.$/);
    expect(whoCanUse).toMatch(/\.$/);
    expect(examples.length).toBeGreaterThan(0);
  }
});
