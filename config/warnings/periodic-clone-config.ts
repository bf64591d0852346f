/** Clone settings at the top of a periodic, which has no repository of its own that they could apply to (spec 2.1). */
import { jobProblems, type Warning } from './warning.ts';

export const periodicCloneConfig: Warning = {
  name: 'periodic-default-clone-config',
  byDefault: true,
  description: 'Periodics with clone_uri, clone_depth or path_alias at the top, where they have no effect.',
  find: ({ config }) =>
    jobProblems(config, 'extra_refs', ({ clone_depth, clone_uri, path_alias }, { kind }) => {
      if (kind !== 'periodic') return undefined;
      const set = Object.entries({ clone_depth, clone_uri, path_alias }).flatMap(([key, value]) =>
        value ? [key] : [],
      );
      return set.length > 0
        ? `${set.join(', ')} at the top of a periodic has no effect: set it in the entry of extra_refs that it is for`
        : undefined;
    }),
};
