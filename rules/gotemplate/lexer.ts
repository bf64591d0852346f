/**
 * Splits the text of a Go template into tokens: literal text, and what stands between `{{` and `}}`.
 *
 * White space inside an action is a token of its own, because `.A .B` and `.A.B` differ. Trim markers and comments are
 * dealt with here and never reach the parser. The first error ends the tokens, so that the parser reports it in its place.
 */
export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'dot'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'number'
  | 'char'
  | 'string'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'punctuation'
  | 'end'
  | 'error';

export interface Token {
  kind: TokenKind;
  /** The text as written; of an error, the message. */
  text: string;
  line: number;
}

const keywords = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);

const patterns = {
  right: /[ \t\r\n]-\}\}|\}\}/y,
  comment: /\{\{(?:-[ \t\r\n])?\/\*/y,
  space: /[ \t\r\n]+/y,
  string: /"(?:[^"\\\n]|\\[^\n])*"/y,
  rawString: /`[^`]*`/y,
  char: /'(?:[^'\\\n]|\\[^\n])*'/y,
  word: /[\p{L}\p{Nd}_]+/uy,
  field: /\.[\p{L}\p{Nd}_]*/uy,
  variable: /\$[\p{L}\p{Nd}_]*/uy,
  number:
    /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*|0[bB][01_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)/y,
  /** What may follow a word, field or variable directly. */
  terminator: /[ \t\r\n.,|:()]|\}\}|$/y,
};

const symbols: Readonly<Record<string, TokenKind>> = {
  '=': 'assign',
  '|': 'pipe',
  '(': 'leftParen',
  ')': 'rightParen',
};

/** `functions` are the template's own functions: one that is called `break` or `continue` hides the keyword. */
export function lex(input: string, functions: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let line = 1;
  let parens = 0;

  function matchAt(pattern: RegExp): string | undefined {
    pattern.lastIndex = position;
    return pattern.exec(input)?.[0];
  }
  function skip(text: string): void {
    position += text.length;
    for (const char of text) if (char === '\n') line++;
  }
  function emit(kind: TokenKind, text: string): void {
    tokens.push({ kind, text, line });
    skip(text);
  }
  function fail(message: string): false {
    tokens.push({ kind: 'error', text: message, line });
    return false;
  }
  function trimSpaceAhead(): void {
    skip(matchAt(patterns.space) ?? '');
  }

  /** Literal text up to the next action, and the action's opening. False at the end of the input. */
  function lexText(): boolean {
    for (;;) {
      const open = input.indexOf('{{', position);
      const text = input.slice(position, open < 0 ? undefined : open);
      const trims = open >= 0 && /^-[ \t\r\n]/.test(input.slice(open + 2, open + 4));
      const shown = trims ? text.replace(/[ \t\r\n]+$/, '') : text;
      if (shown) tokens.push({ kind: 'text', text: shown, line });
      skip(text);
      if (open < 0) return false;
      if (matchAt(patterns.comment) === undefined) {
        tokens.push({ kind: 'left', text: '{{', line });
        skip(input.slice(position, position + (trims ? 4 : 2)));
        parens = 0;
        return true;
      }
      if (!lexComment()) return false;
    }
  }

  function lexComment(): boolean {
    const close = input.indexOf('*/', position);
    if (close < 0) return fail('unclosed comment');
    skip(input.slice(position, close + 2));
    const right = matchAt(patterns.right);
    if (right === undefined) return fail('comment ends before closing delimiter');
    skip(right);
    if (right.length > 2) trimSpaceAhead();
    return true;
  }

  /** A word, field or variable must be followed by something that ends it. */
  function emitName(kind: TokenKind, text: string): boolean {
    emit(kind, text);
    if (matchAt(patterns.terminator) !== undefined) return true;
    return fail(`bad character ${JSON.stringify(String.fromCodePoint(input.codePointAt(position) ?? 0))}`);
  }

  function emitWord(word: string): boolean {
    if (word === 'true' || word === 'false') return emitName('bool', word);
    if (word === 'nil') return emitName('nil', word);
    return emitName(keywords.has(word) && !functions.has(word) ? 'keyword' : 'identifier', word);
  }

  function emitNumber(): boolean {
    const number = matchAt(patterns.number) ?? '';
    emit('number', number);
    if (matchAt(patterns.word) !== undefined || /^[+-]/.test(input.slice(position)))
      return fail(`bad number syntax: ${JSON.stringify(number + (input[position] ?? ''))}`);
    return true;
  }

  function emitQuoted(kind: TokenKind, pattern: RegExp, what: string): boolean {
    const text = matchAt(pattern);
    if (text === undefined) return fail(`unterminated ${what}`);
    emit(kind, text);
    return true;
  }

  function emitSpace(run: string): void {
    // The last white space before `-}}` belongs to the trim marker.
    emit('space', input.startsWith('-}}', position + run.length) ? run.slice(0, -1) : run);
  }

  /** One token inside an action. False when the action (or, by an error, everything) has ended. */
  function lexInside(): boolean {
    const right = matchAt(patterns.right);
    if (right !== undefined) {
      if (parens > 0) return fail('unclosed left paren');
      emit('right', right);
      if (right.length > 2) trimSpaceAhead();
      return false;
    }
    const char = input[position];
    if (char === undefined) return fail('unclosed action');
    const space = matchAt(patterns.space);
    if (space !== undefined) {
      emitSpace(space);
      return true;
    }
    if (char === '"') return emitQuoted('string', patterns.string, 'quoted string');
    if (char === '`') return emitQuoted('string', patterns.rawString, 'raw quoted string');
    if (char === "'") return emitQuoted('char', patterns.char, 'character constant');
    if (char === '$') return emitName('variable', matchAt(patterns.variable) ?? '$');
    if (char === '.' && !/\d/.test(input[position + 1] ?? '')) {
      const field = matchAt(patterns.field) ?? '.';
      return emitName(field === '.' ? 'dot' : 'field', field);
    }
    if (/[+\-.\d]/.test(char)) return emitNumber();
    const word = matchAt(patterns.word);
    if (word !== undefined) return emitWord(word);
    return lexSymbol(char);
  }

  function lexSymbol(char: string): boolean {
    if (char === ':') {
      if (input[position + 1] !== '=') return fail('expected :=');
      emit('declare', ':=');
      return true;
    }
    if (char === '(') parens++;
    if (char === ')' && --parens < 0) return fail('unexpected right paren');
    const kind = symbols[char];
    if (kind === undefined && !/[!-~]/.test(char))
      return fail(`unrecognized character in action: ${JSON.stringify(char)}`);
    emit(kind ?? 'punctuation', char);
    return true;
  }

  const failed = () => tokens.at(-1)?.kind === 'error';
  while (!failed() && lexText()) while (lexInside());
  if (!failed()) tokens.push({ kind: 'end', text: '', line });
  return tokens;
}
