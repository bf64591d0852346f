/** Values of options that are more than a word. Throws CliError that names the option. */
import { readFileSync } from 'node:fs';
import { Refs } from '../config/schema/refs.ts';
import type { Refs as DomainRefs } from '../domain/job-config.ts';
import { CliError } from './cli-error.ts';

/** For options that may be given several times; unlike commander's `<value...>` they do not swallow the arguments that follow. */
export function repeated(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** `NAME=VALUE` pairs; a value may hold `=` and may be empty. */
export function parseEnv(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1) throw new CliError(`--env ${pair}: expected NAME=VALUE.`);
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
}

const example = '{"org":"o","repo":"r","base_ref":"main"}';

/** Refs as JSON, or the content of a file for `@FILE`. */
export function parseRefs(text: string): DomainRefs {
  let json: unknown;
  try {
    json = JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`--refs: expected JSON such as ${example}, or @FILE (${reason}).`, { cause: error });
  }
  const parsed = Refs.strict().safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'refs'}: ${message}`);
    throw new CliError(`--refs: ${problems.join('; ')}. Example: ${example}.`);
  }
  return parsed.data;
}
