/**
 * The commands that a comment may give to the trigger plugin (spec jobs.md 3.5). They start a line and are case-sensitive.
 *
 * RE2 like the patterns of jobs: its idea of white space and line ends is part of the behaviour.
 */
import { compileRegex } from '../regex.ts';

export const commands = {
  testAll: compileRegex('(?m)^/test all,?($|\\s.*)'),
  retest: compileRegex('(?m)^/retest\\s*$'),
  retestRequired: compileRegex('(?m)^/retest-required\\s*$'),
  testManualRequired: compileRegex('(?m)^/test-manual-required\\s*$'),
  okToTest: compileRegex('(?m)^/ok-to-test\\s*$'),
  okToTestCancel: compileRegex('(?m)^/ok-to-test\\s+cancel\\s*$'),
  help: compileRegex('(?m)^/test[ \\t]*\\?\\s*$'),
  testWithoutTarget: compileRegex('(?m)^/test\\s*$'),
  retestWithTarget: compileRegex('(?m)^/retest[ \\t]+\\S+'),
  testWithTarget: compileRegex('(?m)^/test[ \\t]+\\S+'),
} as const;

export type Command = keyof typeof commands;

export function hasCommand(text: string, command: Command): boolean {
  return commands[command].test(text);
}

/** Any of them, well-formed or not: the plugin has something to say to this text. */
export function hasAnyCommand(text: string): boolean {
  return Object.values(commands).some((pattern) => pattern.test(text));
}

const testOrRetest = compileRegex('(?m)^/(?:re)?test\\b');

/** The author tries to start tests, so that earlier help is out of date. */
export function asksForTests(text: string): boolean {
  return testOrRetest.test(text);
}
