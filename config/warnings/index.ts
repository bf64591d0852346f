/** All warnings of `bowsprit check` that concern jobs, and which of them a call asks for (Prow's checkconfig, spec 1.12). */
import type { Problem } from '../problem.ts';
import { duplicateJobRefs } from './duplicate-job-refs.ts';
import { longJobNames } from './long-job-names.ts';
import { nonDecoratedJobs } from './non-decorated-jobs.ts';
import { periodicCloneConfig } from './periodic-clone-config.ts';
import { requiredJobAnnotations } from './required-job-annotations.ts';
import { unknownFields, unknownFieldsAll } from './unknown-fields.ts';
import { validDecorationConfig } from './valid-decoration-config.ts';
import { validateClusterField } from './validate-cluster-field.ts';
import { validateUrls } from './validate-urls.ts';
import type { Warning, WarningContext } from './warning.ts';

export const warnings: readonly Warning[] = [
  duplicateJobRefs,
  longJobNames,
  nonDecoratedJobs,
  periodicCloneConfig,
  requiredJobAnnotations,
  unknownFields,
  unknownFieldsAll,
  validDecorationConfig,
  validateClusterField,
  validateUrls,
];

/** Prow's warnings about plugins, Tide and GitHub. Commands that name them work; whoever names one is told that it is not checked. */
export const foreignWarnings: readonly string[] = [
  'managed-webhooks',
  'mismatched-tide',
  'mismatched-tide-lenient',
  'missing-trigger',
  'needs-ok-to-test',
  'tide-context-policy',
  'tide-strict-branch',
  'validate-config-updater-acls',
  'validate-github-app-installation',
  'validate-label',
  'validate-owners',
  'validate-supplemental-prow-config-hierarchy',
  'validate-unmanaged-branchconfig-has-no-subconfig',
  'verify-owners-presence',
];

export interface WarningChoice {
  /** Names given with `--warnings`; none means the default ones. */
  named: readonly string[];
  excluded: readonly string[];
  /** `--include-default-warnings`: the default ones beside those named. */
  includeDefaults: boolean;
}

/** Throws RangeError for a name that is not a warning. */
export function chosenWarnings({ named, excluded, includeDefaults }: WarningChoice): {
  chosen: Warning[];
  notChecked: string[];
} {
  const known = [...warnings.map(({ name }) => name), ...foreignWarnings].sort();
  for (const name of named) {
    if (!known.includes(name)) throw new RangeError(`There is no warning "${name}"; there are ${known.join(', ')}.`);
  }
  const useDefaults = named.length === 0 || includeDefaults;
  const wanted = ({ name, byDefault }: Warning) => named.includes(name) || (useDefaults && byDefault);
  return {
    chosen: warnings.filter((warning) => wanted(warning) && !excluded.includes(warning.name)),
    notChecked: named.filter((name) => foreignWarnings.includes(name) && !excluded.includes(name)),
  };
}

export interface WarningFinding extends Problem {
  warning: string;
}

/** What the chosen warnings find. `unknown-fields` says nothing beside `unknown-fields-all`, which has it all. */
export function findWarnings(chosen: readonly Warning[], context: WarningContext): WarningFinding[] {
  const all = chosen.includes(unknownFieldsAll);
  return chosen
    .filter((warning) => !(all && warning === unknownFields))
    .flatMap((warning) => warning.find(context).map((problem) => ({ ...problem, warning: warning.name })));
}
