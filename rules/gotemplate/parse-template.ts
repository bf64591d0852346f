/**
 * Parses Go templates (`text/template`), refusing what Go refuses: unknown functions and variables, unclosed actions and
 * blocks, misplaced `else`, `end`, `break`, empty pipelines. Fields are not looked at: only execution knows the data.
 */
import type { Branch, Command, Node, Operand, Pipeline, Template } from './ast.ts';
import { builtinNames, type TemplateFunction } from './functions.ts';
import { lex, type Token, type TokenKind } from './lexer.ts';
import { parseChar, parseNumber, unquote } from './literals.ts';
import { TemplateError } from './template-error.ts';

/** Blocks and parentheses within each other; far beyond any real template, far below the stack's limit. */
const maxNesting = 200;

const operandStarts: ReadonlySet<TokenKind> = new Set([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'leftParen',
]);

type BranchKind = Branch['kind'];
type Ending = { word: 'end' } | { word: 'else'; line: number };

/** Parses a template. Throws TemplateError with line and reason. */
export function parseTemplate(text: string, functions: Readonly<Record<string, TemplateFunction>> = {}): Template {
  const names = new Set(Object.keys(functions));
  const tokens = lex(text, names);
  const defined = new Map<string, Node[]>();
  let index = 0;
  let variables = ['$'];
  let rangeDepth = 0;
  let nesting = 0;

  function fail(reason: string, line = peek().line): never {
    throw new TemplateError(line, reason);
  }
  function peek(): Token {
    // The last token is `end` or `error`; neither is ever consumed.
    return tokens[Math.min(index, tokens.length - 1)] ?? { kind: 'end', text: '', line: 1 };
  }
  function next(): Token {
    const token = peek();
    index++;
    return token;
  }
  function skipSpace(): void {
    while (peek().kind === 'space') index++;
  }
  function unexpected(token: Token, where: string): never {
    if (token.kind === 'error') fail(token.text, token.line);
    const shown = token.kind === 'end' ? 'end of template' : JSON.stringify(token.text);
    fail(`unexpected ${shown} in ${where}`, token.line);
  }
  function expect(kind: TokenKind, where: string): Token {
    skipSpace();
    const token = next();
    return token.kind === kind ? token : unexpected(token, where);
  }
  function isKeyword(word: string): boolean {
    const token = peek();
    return token.kind === 'keyword' && token.text === word;
  }
  function nested<T>(parse: () => T): T {
    if (++nesting > maxNesting) fail(`nested more than ${maxNesting} deep`);
    const result = parse();
    nesting--;
    return result;
  }

  function stringLiteral(where: string): string {
    const token = expect('string', where);
    return unquote(token.text) ?? fail(`invalid string ${token.text}`, token.line);
  }

  /** Runs `parse` with a fresh set of variables and outside any range, as the body of another template. */
  function asOwnTemplate<T>(parse: () => T): T {
    const outer = { variables, rangeDepth };
    variables = ['$'];
    rangeDepth = 0;
    const result = parse();
    ({ variables, rangeDepth } = outer);
    return result;
  }

  function define(name: string, nodes: Node[], line: number): void {
    const earlier = defined.get(name);
    if (earlier === undefined || isEmpty(earlier)) defined.set(name, nodes);
    else if (!isEmpty(nodes)) fail(`template ${JSON.stringify(name)} is defined twice`, line);
  }

  function parseTop(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const token = peek();
      if (token.kind === 'end') return nodes;
      const mark = index;
      if (token.kind === 'left') {
        index++;
        skipSpace();
        if (isKeyword('define')) {
          index++;
          parseDefinition(token.line);
          continue;
        }
        index = mark;
      }
      const node = textOrAction();
      if ('word' in node) fail(`unexpected {{${node.word}}}`, token.line);
      nodes.push(node);
    }
  }

  function parseDefinition(line: number): void {
    const name = stringLiteral('define clause');
    expect('right', 'define clause');
    define(name, asOwnTemplate(bodyToEnd), line);
  }

  function bodyToEnd(): Node[] {
    const { nodes, ending } = body();
    if (ending.word === 'else') fail('unexpected {{else}}', ending.line);
    return nodes;
  }

  /** Nodes up to `end` or `else`. */
  function body(): { nodes: Node[]; ending: Ending } {
    return nested(() => {
      const nodes: Node[] = [];
      for (;;) {
        if (peek().kind === 'end') fail('unexpected end of template: {{end}} is missing');
        const node = textOrAction();
        if ('word' in node) return { nodes, ending: node };
        nodes.push(node);
      }
    });
  }

  function textOrAction(): Node | Ending {
    const token = next();
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind !== 'left') return unexpected(token, 'template');
    skipSpace();
    const { line } = token;
    if (peek().kind !== 'keyword') return { kind: 'action', line, pipeline: pipeline('command', 'right') };
    const word = next().text;
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        return branch(word, line);
      case 'else':
        return elseClause(line);
      case 'end':
        expect('right', 'end');
        return { word: 'end' };
      case 'break':
      case 'continue':
        expect('right', `{{${word}}}`);
        if (rangeDepth === 0) fail(`{{${word}}} outside {{range}}`, line);
        return { kind: word, line };
      case 'template':
        return templateClause(line);
      case 'block':
        return blockClause(line);
      default:
        return fail(`unexpected ${JSON.stringify(word)} in command`, line);
    }
  }

  /** `{{else if}}` and `{{else with}}` leave their second word to be read by the branch they belong to. */
  function elseClause(line: number): Ending {
    skipSpace();
    if (!isKeyword('if') && !isKeyword('with')) expect('right', 'else');
    return { word: 'else', line };
  }

  function branch(kind: BranchKind, line: number): Branch {
    const outerVariables = variables.length;
    const condition = pipeline(kind, 'right');
    if (kind === 'range') rangeDepth++;
    const { nodes, ending } = body();
    if (kind === 'range') rangeDepth--;
    const result: Branch = { kind, line, pipeline: condition, body: nodes };
    if (ending.word === 'else') result.otherwise = otherwise(kind);
    variables.length = outerVariables;
    return result;
  }

  function otherwise(kind: BranchKind): Node[] {
    if (kind !== 'range' && isKeyword(kind)) {
      const { line } = next();
      return nested(() => [branch(kind, line)]);
    }
    return bodyToEnd();
  }

  function templateClause(line: number): Node {
    const name = stringLiteral('template clause');
    skipSpace();
    if (peek().kind === 'right') {
      index++;
      return { kind: 'template', line, name };
    }
    return { kind: 'template', line, name, pipeline: pipeline('template clause', 'right') };
  }

  function blockClause(line: number): Node {
    const name = stringLiteral('block clause');
    const data = pipeline('block clause', 'right');
    define(name, asOwnTemplate(bodyToEnd), line);
    return { kind: 'template', line, name, pipeline: data };
  }

  function pipeline(where: string, closing: 'right' | 'rightParen'): Pipeline {
    skipSpace();
    const result: Pipeline = { line: peek().line, commands: [], ...declarations(where) };
    for (;;) {
      skipSpace();
      const token = peek();
      if (token.kind === closing) break;
      if (!operandStarts.has(token.kind)) unexpected(token, where);
      result.commands.push(command());
    }
    index++;
    if (result.commands.length === 0) fail(`missing value for ${where}`, result.line);
    for (const [stage, { first }] of result.commands.entries())
      if (stage > 0 && (first.kind === 'literal' || first.kind === 'dot' || first.kind === 'nil'))
        fail(`non executable command in pipeline stage ${stage + 1}`, first.line);
    return result;
  }

  function declarations(where: string): Pick<Pipeline, 'variables' | 'assigns'> {
    const names: string[] = [];
    for (;;) {
      const start = index;
      if (peek().kind !== 'variable') {
        if (names.length > 0 && !['right', 'rightParen'].includes(peek().kind))
          fail('range can only initialize variables');
        return { variables: names, assigns: false };
      }
      const name = next().text;
      skipSpace();
      const token = peek();
      if (token.kind === 'declare' || token.kind === 'assign') {
        index++;
        variables.push(name);
        return { variables: [...names, name], assigns: token.kind === 'assign' };
      }
      if (token.kind !== 'punctuation' || token.text !== ',') {
        index = start;
        return { variables: names, assigns: false };
      }
      index++;
      names.push(name);
      variables.push(name);
      if (where !== 'range' || names.length > 1) fail(`too many declarations in ${where}`);
      skipSpace();
    }
  }

  function command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      skipSpace();
      if (operandStarts.has(peek().kind)) operands.push(operand());
      const token = peek();
      if (token.kind === 'space') continue;
      if (token.kind === 'pipe') index++;
      else if (token.kind !== 'right' && token.kind !== 'rightParen') unexpected(token, 'operand');
      break;
    }
    const [first, ...args] = operands;
    return first ? { first, args } : fail('empty command');
  }

  function operand(): Operand {
    const term = parseTerm();
    const path: string[] = [];
    while (peek().kind === 'field') path.push(next().text.slice(1));
    if (path.length === 0) return term;
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, path: [...term.path, ...path] };
      case 'function':
      case 'pipeline':
        return { kind: 'chain', line: term.line, of: term, path };
      default:
        return fail('unexpected . after term', term.line);
    }
  }

  function parseTerm(): Operand {
    const { kind, text, line } = next();
    switch (kind) {
      case 'identifier':
        if (!builtinNames.has(text) && !names.has(text)) fail(`function ${JSON.stringify(text)} not defined`, line);
        return { kind: 'function', line, name: text };
      case 'variable':
        if (!variables.includes(text)) fail(`undefined variable ${JSON.stringify(text)}`, line);
        return { kind: 'variable', line, name: text, path: [] };
      case 'field':
        return { kind: 'field', line, path: [text.slice(1)] };
      case 'dot':
      case 'nil':
        return { kind, line };
      case 'leftParen':
        return { kind: 'pipeline', line, pipeline: nested(() => pipeline('parenthesized pipeline', 'rightParen')) };
      default:
        return { kind: 'literal', line, value: literal(kind, text, line) };
    }
  }

  function literal(kind: TokenKind, text: string, line: number) {
    if (kind === 'bool') return text === 'true';
    const value = kind === 'string' ? unquote(text) : kind === 'char' ? parseChar(text) : parseNumber(text);
    return value ?? fail(`invalid literal ${text}`, line);
  }

  const root = parseTop();
  return { root, defined, functions };
}

/** Nothing but white space: may be defined again. */
function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}
