/**
 * Turns the text of a log, as it comes, into lines for the screen: colours of terminals, carriage returns that overwrite, and
 * whatever binary output holds. Pure but for the memory between pieces; yields text and classes, never markup.
 *
 * Memory is bounded: the oldest lines are dropped, and a line that does not end is cut into pieces.
 */
/* oxlint-disable no-control-regex -- control characters are what this is about */
import { createAnsiSequenceParser, createColorPalette, type Color, type ParseToken } from 'ansi-sequence-parser';

export interface Span {
  text: string;
  className?: string;
  /** Colours beyond the sixteen that the style sheet knows. */
  color?: string;
  background?: string;
}

export interface Line {
  /** From 1; pieces of one long line share it. */
  number: number;
  /** Not the first piece of its line. */
  continued: boolean;
  spans: Span[];
}

/** Lines are kept in blocks, so that the page compares blocks and not lines. A block never changes. */
export interface Block {
  /** Unlike line numbers, never the same for two blocks. */
  id: number;
  lines: readonly Line[];
  characters: number;
}

export interface LogText {
  blocks: readonly Block[];
  /** The line that has not ended yet, without colours. */
  tail: string;
  /** Number of the tail's line. */
  tailNumber: number;
  /** Lines that were dropped from the beginning. */
  dropped: number;
}

export interface LogTextLimits {
  /** Characters kept in all. */
  characters: number;
  lines: number;
  /** Characters of a piece. */
  piece: number;
  /** Lines of a block. */
  block: number;
}

export const defaultLimits: LogTextLimits = { characters: 4_000_000, lines: 20_000, piece: 2_000, block: 200 };

export interface LogTextBuilder {
  append: (text: string) => LogText;
  /** The log has ended: the tail is a line. */
  end: () => LogText;
}

export function createLogText(limits: LogTextLimits = defaultLimits, firstNumber = 1): LogTextBuilder {
  const parser = createAnsiSequenceParser();
  const done: Block[] = [];
  let open: { id: number; lines: Line[]; characters: number } = { id: 0, lines: [], characters: 0 };
  let lines = 0;
  let characters = 0;
  let dropped = 0;
  let tail = '';
  let number = firstNumber;
  let continued = false;

  function add(text: string, ends: boolean): void {
    const spans = parser.parse(normalise(overwrite(text))).flatMap(spanOf);
    push({ number, continued, spans }, text.length);
    continued = !ends;
    if (ends) number += 1;
  }

  function push(line: Line, length: number): void {
    open.lines.push(line);
    open.characters += length;
    if (open.lines.length >= limits.block) {
      done.push(open);
      open = { id: open.id + 1, lines: [], characters: 0 };
    }
    lines += 1;
    characters += length;
    while (characters > limits.characters || lines > limits.lines) {
      const first = done.shift();
      if (!first) break;
      lines -= first.lines.length;
      characters -= first.characters;
      dropped += first.lines.filter((each) => !each.continued).length;
    }
  }

  function take(text: string): void {
    let start = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
      cut(tail + text.slice(start, at), true);
      tail = '';
      start = at + 1;
    }
    tail += text.slice(start);
    if (tail.length >= limits.piece) tail = cut(tail, false);
  }

  /** Adds a line in pieces; answers what is left of an unfinished one. */
  function cut(text: string, ends: boolean): string {
    let rest = text;
    while (rest.length > limits.piece) {
      const at = pieceEnd(rest, limits.piece);
      add(rest.slice(0, at), false);
      rest = rest.slice(at);
    }
    if (!ends) return rest;
    add(rest, true);
    return '';
  }

  function state(): LogText {
    const blocks = open.lines.length > 0 ? [...done, { ...open, lines: [...open.lines] }] : [...done];
    return { blocks, tail: plain(overwrite(tail)), tailNumber: number, dropped };
  }

  return {
    append(text) {
      take(text);
      return state();
    },
    end() {
      if (tail !== '') cut(tail, true);
      tail = '';
      return state();
    },
  };
}

/** Not within an escape sequence or a pair of surrogates. */
function pieceEnd(text: string, length: number): number {
  const escape = text.lastIndexOf('\u001b', length);
  if (escape > length - 32 && escape > 0) return escape;
  const last = text.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}

/** What a terminal would show of a line with carriage returns, as progress bars write it: the last state. */
function overwrite(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

// Escape sequences other than colours (cursor movement, titles, links) have no meaning here.
const otherSequences =
  /\u001b(?:\[[0-?]*[ -/]*[@-ln-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-Z\\^-~])/g;
const colourSequences = /\u001b\[([\d;:]*)m/g;

function normalise(text: string): string {
  if (!text.includes('\u001b')) return text;
  return text
    .replaceAll(otherSequences, '')
    .replaceAll(colourSequences, (_, codes: string) => `\u001b[${codes === '' ? '0' : codes.replaceAll(':', ';')}m`);
}

function plain(text: string): string {
  return visible(normalise(text).replaceAll(colourSequences, ''));
}

/** Control characters as their pictures (U+2400), so that binary output shows as what it is and breaks nothing. */
function visible(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
}

const palette = createColorPalette();

function spanOf(token: ParseToken): Span[] {
  if (token.value === '') return [];
  const names = [...token.decorations].map((decoration) => `ansi-${decoration}`);
  const span: Span = { text: visible(token.value) };
  const { foreground, background } = token;
  if (foreground?.type === 'named') names.push(`ansi-fg-${foreground.name}`);
  else if (foreground) span.color = colorOf(foreground);
  if (background?.type === 'named') names.push(`ansi-bg-${background.name}`);
  else if (background) span.background = colorOf(background);
  if (names.length > 0) span.className = names.join(' ');
  return [span];
}

function colorOf(color: Color): string {
  return palette.value(color);
}
