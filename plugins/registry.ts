/** All plugins that are compiled in, by name. A new one is a folder beside this file and a line in this list. */
import type { Plugin } from './api.ts';
import { approve } from './approve/index.ts';
import { assign } from './assign/index.ts';
import { blockade } from './blockade/index.ts';
import { blunderbuss } from './blunderbuss/index.ts';
import { branchcleaner } from './branchcleaner/index.ts';
import { cherrypicker } from './cherrypicker/index.ts';
import { hold } from './hold/index.ts';
import { label } from './label/index.ts';
import { lgtm } from './lgtm/index.ts';
import { lifecycle } from './lifecycle/index.ts';
import { mergeMethodComment } from './merge-method-comment/index.ts';
import { milestone } from './milestone/index.ts';
import { milestonestatus } from './milestonestatus/index.ts';
import { needsRebase } from './needs-rebase/index.ts';
import { override } from './override/index.ts';
import { ownersLabel } from './owners-label/index.ts';
import { releaseNotePlugin } from './release-note/index.ts';
import { requireMatchingLabel } from './require-matching-label/index.ts';
import { retitle } from './retitle/index.ts';
import { size } from './size/index.ts';
import { skip } from './skip/index.ts';
import { trigger } from './trigger/index.ts';
import { verifyOwners } from './verify-owners/index.ts';
import { wip } from './wip/index.ts';

export const plugins: readonly Plugin[] = [
  approve,
  assign,
  blockade,
  blunderbuss,
  branchcleaner,
  cherrypicker,
  hold,
  label,
  lgtm,
  lifecycle,
  mergeMethodComment,
  milestone,
  milestonestatus,
  needsRebase,
  override,
  ownersLabel,
  releaseNotePlugin,
  requireMatchingLabel,
  retitle,
  size,
  skip,
  trigger,
  verifyOwners,
  wip,
];

const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));

/** Undefined for a name that no plugin has. */
export function pluginNamed(name: string): Plugin | undefined {
  return byName.get(name);
}
