/** Why a command starts nothing. */
import type { TriggerOptions } from '../../domain/plugin-config.ts';
import { waysToTrust } from '../../rules/selection/trust.ts';

/** Neither the commenter nor the pull request is trusted. */
export function untrustedMessage(options: TriggerOptions, org: string): string {
  return options.ignore_ok_to_test
    ? `${untrustedWithoutCommand} It can still be tested by ${waysToTrust(org, options)} with \`/test\`.`
    : `${untrusted} That takes ${waysToTrust(org, options)}.`;
}

export function onlyTrustedWithdraw(options: TriggerOptions, org: string): string {
  return `${withdrawal} That takes ${waysToTrust(org, options)}.`;
}

export const untrusted =
  'Tests of this pull request do not start until somebody trusted has looked at it and said `/ok-to-test`.';
export const untrustedWithoutCommand =
  'The author of this pull request is not trusted and cannot start tests; `/ok-to-test` is not in use in this repository.';
export const withdrawal = 'Only those who are trusted can withdraw `/ok-to-test`.';
