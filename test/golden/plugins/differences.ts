/**
 * Where plugins differ from the reference on purpose: the specification rules the behaviour a defect. Each rule is a predicate on
 * the input, the spec's reason, and what must come out instead.
 */
import type { DeclaredRule } from '../declared-rule.ts';
import type { PluginCase } from './case.ts';
import { quotedCommandsRules } from './quoted-commands.ts';
import { statusHistoryRule } from './status-history.ts';

export const pluginDifferences: readonly DeclaredRule<PluginCase>[] = [...quotedCommandsRules, statusHistoryRule];
