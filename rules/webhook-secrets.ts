/**
 * The file of webhook secrets, in both of Prow's forms (spec plugins-review.md A.3): a YAML map from `org/repo`, `org` or `*`
 * to tokens, or one token for everything.
 *
 * A difference from Prow: an empty token is no token. With it anybody could sign.
 */
import { load } from 'js-yaml';

/** By `org/repo`, `org` or `*`. */
export type WebhookSecrets = ReadonlyMap<string, readonly string[]>;

/** Never throws: what is not such a map is one token. */
export function parseWebhookSecrets(content: string): WebhookSecrets {
  const text = content.trim();
  if (text === '') return new Map();
  return hierarchyOf(text) ?? new Map([['*', [text]]]);
}

/**
 * Tokens that may have signed a webhook of this repository: those of the most specific level that is present, and of no
 * other. Undefined where none is. `name` is `org/repo`, or `org` for events without a repository.
 */
export function tokensFor(secrets: WebhookSecrets, name: string): readonly string[] | undefined {
  return secrets.get(name) ?? secrets.get(name.split('/', 1)[0] ?? '') ?? secrets.get('*');
}

function hierarchyOf(text: string): WebhookSecrets | undefined {
  const parsed = parsedYaml(text);
  if (parsed === null) return new Map();
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
  const secrets = new Map<string, string[]>();
  for (const [level, list] of Object.entries(parsed)) {
    const tokens = tokensOf(list);
    if (!tokens) return undefined;
    secrets.set(level, tokens);
  }
  return secrets;
}

function parsedYaml(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

function tokensOf(list: unknown): string[] | undefined {
  if (list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const tokens: string[] = [];
  for (const entry of list as unknown[]) {
    if (entry === null) continue;
    if (typeof entry !== 'object' || Array.isArray(entry)) return undefined;
    const value = Object.entries(entry).find(([key]) => key.toLowerCase() === 'value')?.[1] as unknown;
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    if (value !== '') tokens.push(String(value));
  }
  return tokens;
}
