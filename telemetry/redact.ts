/**
 * Keeps secrets out of logs: fields whose name says that they hold one, and texts that look like one wherever they stand.
 *
 * A second line of defence; the first is that nobody logs a secret (style.md 4.7). It masks rather too much than too little,
 * but never numbers and booleans, and not the names and paths of secrets, which people need to find a wrong setting.
 */

const mask = '[redacted]';
const secretName =
  /token|secret|passw|passphrase|authorization|cookie|credential|hmac|api[-_]?key|private[-_]?key|access[-_]?key/i;
const harmlessName = /(name|path|file|dir|type|count|ref)$/i;
/** Deeper values are cut: a log line is not the place for them. */
const maxDepth = 8;

/** Texts that are secrets whatever field they are in: credentials in URLs, and tokens with well-known beginnings. */
const secretTexts: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi, `$1${mask}@`],
  [/\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,}/g, `$1 ${mask}`],
  [
    /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|(AKIA|ASIA)[A-Z0-9]{16})/g,
    mask,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*/g, mask],
];

/** Masks secret-looking parts of a text. */
export function redactText(text: string): string {
  let result = text;
  for (const [pattern, replacement] of secretTexts) result = result.replace(pattern, replacement);
  return result;
}

function redactValue(name: string, value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (secretName.test(name) && !harmlessName.test(name)) return mask;
  if (typeof value !== 'object') return value;
  if (depth >= maxDepth) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redactValue('', item, depth + 1));
  return redactFields(value, depth + 1);
}

/** A copy of plain JSON in which the values of secret-looking names are masked, at any depth. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactValue(name, value, depth)]));
}

/**
 * Masks one JSON log line. It works on the finished line, because bindings of child loggers and serialised objects pass no
 * other common place; only lines that mention a secret-looking word are parsed.
 */
export function redactLine(line: string): string {
  const text = redactText(line);
  if (!secretName.test(text)) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? `${JSON.stringify(redactFields(parsed))}\n` : text;
  } catch {
    // Not JSON, or a mask has cut through a quote: then nothing of it may be shown.
    return `${JSON.stringify({ level: 'warn', msg: 'A log line was withheld: it looked like a secret' })}\n`;
  }
}
