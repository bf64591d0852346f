/** Labels that OWNERS files give to pulls which change their files (spec plugins-review.md C.12). Never takes one away. */
import { addLabel } from '../../domain/effects.ts';
import type { Plugin } from '../api.ts';

const actions = new Set(['opened', 'reopened', 'synchronize']);

export const ownersLabel: Plugin = {
  name: 'owners-label',
  help: () => ({
    description:
      'Adds the labels that OWNERS files name for the files which a pull request changes, as far as the repository has them.',
    commands: [],
  }),

  async onPull({ action }, { host, git }) {
    if (!actions.has(action)) return [];
    const [owners, files] = await Promise.all([git.owners(), host.changedFiles()]);
    const wanted = new Set(files.flatMap(({ path }) => [...owners.labels(path)]));
    if (wanted.size === 0) return [];
    const [present, known] = await Promise.all([host.labels(), host.repoLabels([...wanted])]);
    return [...wanted].filter((label) => !present.includes(label) && known.includes(label)).map(addLabel);
  },
};
