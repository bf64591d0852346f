/** Evaluates a case of `tide/context-policy.jsonl` (golden data, tide/README.md): which contexts decide, for one branch. */
import { isDeepStrictEqual } from 'node:util';
import type { Presubmit } from '../../../domain/job-config.ts';
import { mainWithDefaults, type DecodedMain } from '../../../config/main-defaults.ts';
import {
  contextPolicy,
  ContextPolicyError,
  isOptionalContext,
  missingContexts,
} from '../../../rules/tide/context-policy.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import type { Evaluation } from '../decode.ts';

export interface ContextPolicyCase {
  id: string;
  input: {
    org: string;
    repo: string;
    branch: string;
    config: DecodedMain;
    presubmits: Presubmit[] | null;
    present: string[];
  };
  expect: Record<string, unknown> & { isOptional?: Record<string, boolean> };
}

export function evaluateContextPolicyCase(given: ContextPolicyCase): Evaluation {
  const { requireManuallyTriggeredJobs, ...rest } = given.expect;
  const ours = policyOf(given);
  // Where there is no policy, nobody asks what it says of jobs.
  const golden = 'policyError' in rest ? rest : { ...rest, requireManuallyTriggeredJobs };
  return { ours, golden, equal: isDeepStrictEqual(ours, golden) };
}

function policyOf({ input, expect: { isOptional = {} } }: ContextPolicyCase): Record<string, unknown> {
  try {
    const policy = contextPolicy(mainWithDefaults(input.config), input, input.presubmits ?? []);
    return {
      required: policy.required,
      requiredIfPresent: policy.requiredIfPresent,
      optional: policy.optional,
      optionalRegex: policy.optionalPatterns,
      skipUnknown: policy.skipsUnknown ?? null,
      overwritePending: policy.overwritesPending ?? null,
      requireManuallyTriggeredJobs: policy.requiresManualJobs,
      isOptional: Object.fromEntries(
        Object.keys(isOptional).map((context) => [context, isOptionalContext(policy, context)]),
      ),
      missingGivenFirstJobAndFirstExternal: missingContexts(policy, input.present),
    };
  } catch (error) {
    if (error instanceof ContextPolicyError) return { policyError: error.kind };
    throw error;
  }
}

export const contextPolicyDifferences: readonly DeclaredRule<ContextPolicyCase>[] = [
  {
    name: 'one rule for organisations that are not listed',
    reason:
      'The reference starts jobs as required by the global section of branch-protection where its own policy does not require them ' +
      '(tide.md 6); an organisation that is not listed has neither.',
    applies: ({ input: { org, config } }) => {
      const protection = config['branch-protection'];
      return protection?.require_manually_triggered_jobs === true && !(org in (protection.orgs ?? {}));
    },
    expected: ({ expect }) => ({ ...expect, requireManuallyTriggeredJobs: false }),
  },
];
