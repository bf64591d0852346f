/** Labels pulls by how much they change, generated files left out (spec plugins-review.md C.18). */
import { addLabel, removeLabel } from '../../domain/effects.ts';
import type { PluginConfig } from '../../domain/plugin-config.ts';
import { generatedByList } from '../../rules/generated-files/generated-files.ts';
import { generatedByAttributes, type IsGenerated } from '../../rules/generated-files/git-attributes.ts';
import type { ItemContext, Plugin } from '../api.ts';

const prefix = 'size/';
/** They say which files are generated. */
const listFile = '.generated_files';
const attributesFile = '.gitattributes';
const actions = ['opened', 'reopened', 'synchronize', 'edited'];

export const size: Plugin = {
  name: 'size',
  help: ({ config: { size: sizes } }) => ({
    description: 'Keeps one label that says how many lines a pull request changes. Generated files do not count.',
    config: {
      '': `Below ${sizes.s} lines it is XS, from ${sizes.s} on S, from ${sizes.m} on M, from ${sizes.l} on L, from ${sizes.xl} on XL, from ${sizes.xxl} on XXL.`,
    },
    snippet: 'size:\n  s: 10\n  m: 30\n  l: 100\n  xl: 500\n  xxl: 1000\n',
    commands: [],
  }),

  baseFiles: [listFile, attributesFile],

  async onPull({ action }, context) {
    if (!actions.includes(action)) return [];
    const { config, host } = context;
    const label = `${prefix}${sizeOf(await changedLines(context), config.size)}`;
    const labels = await host.labels();
    return [
      ...labels.filter((each) => each.startsWith(prefix) && each !== label).map(removeLabel),
      ...(labels.includes(label) ? [] : [addLabel(label)]),
    ];
  },
};

async function changedLines({ host, git }: ItemContext): Promise<number> {
  const files = await host.changedFiles();
  if (files.length === 0) return 0;
  const [list, attributes] = await Promise.all([git.baseFile(listFile), git.baseFile(attributesFile)]);
  const none: IsGenerated = () => false;
  const listed = list === undefined ? none : await generatedByList(list, git.baseFile);
  const marked = attributes === undefined ? none : generatedByAttributes(attributes);
  return files
    .filter(({ path }) => !listed(path) && !marked(path))
    .reduce((sum, { additions, deletions }) => sum + additions + deletions, 0);
}

/** Tested from the smallest up, whatever their order. */
function sizeOf(lines: number, { s, m, l, xl, xxl }: PluginConfig['size']): string {
  if (lines < s) return 'XS';
  if (lines < m) return 'S';
  if (lines < l) return 'M';
  if (lines < xl) return 'L';
  return lines < xxl ? 'XL' : 'XXL';
}
