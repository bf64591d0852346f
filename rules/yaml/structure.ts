/**
 * The structure of a document as js-yaml's events, and the text that their offsets refer to.
 *
 * js-yaml wants continuation lines of flow collections and quoted texts to be indented more than what holds them; Go's library
 * does not care, and people write closing brackets below the key. Such lines are indented here, which changes no value.
 */
import { EVENT_DOCUMENT, parseEvents, YAMLException, type Event } from 'js-yaml';
import { firstDocument } from './first-document.ts';

/** The text is not YAML, or holds what the loader refuses; line and column count from 1. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

export interface Structure {
  events: Event[];
  source: string;
}

const maxDepth = 500;
/** Each repaired line costs another parse of the text; this many characters may be parsed again. */
const maxRepairWork = 50_000_000;
/** Deeper than any indentation that people write. */
const deepIndent = ' '.repeat(256);

/** Reads the structure of the first document of a text. Throws YamlError. */
export function structureOf(text: string): Structure {
  let source = firstDocument(text);
  for (let work = 0; ; work += source.length) {
    try {
      const events = parseEvents(source, { maxDepth });
      checkVersion(events);
      return { events, source };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const repaired = work > maxRepairWork ? undefined : repair(source, error);
      if (repaired === undefined) throw yamlError(error);
      source = repaired;
    }
  }
}

function yamlError({ reason, mark }: YAMLException): YamlError {
  return new YamlError(`not valid YAML: ${reason}`, (mark?.line ?? 0) + 1, (mark?.column ?? 0) + 1);
}

function checkVersion(events: readonly Event[]): void {
  const [first] = events;
  if (first?.type !== EVENT_DOCUMENT) return;
  for (const directive of first.directives) {
    if (directive.kind === 'yaml' && directive.version !== '1.1') {
      throw new YamlError(
        `the directive asks for YAML ${directive.version}, but configuration is read as YAML 1.1`,
        1,
        1,
      );
    }
  }
}

/** The text with the white space before an under-indented continuation made acceptable; undefined for other errors. */
function repair(source: string, { reason, mark }: YAMLException): string | undefined {
  if (reason !== 'deficient indentation' || !mark) return undefined;
  const end = mark.position;
  let start = end;
  while (start > 0 && (source[start - 1] === ' ' || source[start - 1] === '\t')) start--;
  const atLineStart = start === 0 || source[start - 1] === '\n' || source[start - 1] === '\r';
  const space = source.slice(start, end);
  if (atLineStart) {
    return space.startsWith(deepIndent) ? undefined : source.slice(0, start) + deepIndent + source.slice(end);
  }
  return space.includes('\t') ? source.slice(0, start) + ' '.repeat(space.length) + source.slice(end) : undefined;
}
