/**
 * Executes a parsed Go template on a value. Fails where Go fails: a field that the struct lacks, a field of a nil
 * pointer, an index out of range, a comparison of unlike types, arguments for something that is no function.
 */
import type { Branch, Command, Node, Operand, Pipeline, Template } from './ast.ts';
import { formatValue } from './format.ts';
import { builtins, printable } from './functions.ts';
import { TemplateError } from './template-error.ts';
import { indirect, isPointer, isTrue, typeName, type Value } from './value.ts';

/** Templates may come from tested repositories, so neither time nor memory nor stack may depend on their good will. */
const defaultMaxSteps = 1_000_000;
const maxOutputLength = 10_000_000;
const maxTemplateDepth = 200;

export interface ExecuteOptions {
  /** Nodes to walk before giving up. Default a million: some hundred milliseconds. */
  maxSteps?: number;
}

type Jump = 'break' | 'continue' | undefined;
interface Variable {
  name: string;
  value: Value;
}
/** Set apart from undefined, which is a value too: the previous stage of a pipeline, where there is one. */
type Piped = { value: Value } | undefined;

/** The text that the template gives for the data. Throws TemplateError. */
export function executeTemplate(template: Template, data: Value, options: ExecuteOptions = {}): string {
  let stepsLeft = options.maxSteps ?? defaultMaxSteps;
  let output = '';
  let depth = 0;
  let variables: Variable[] = [{ name: '$', value: data }];

  function step(line: number): void {
    if (--stepsLeft < 0) throw new TemplateError(line, 'takes too many steps');
  }

  function write(text: string, line: number): void {
    output += text;
    if (output.length > maxOutputLength) throw new TemplateError(line, 'output is too long');
  }

  function walkAll(nodes: readonly Node[], dot: Value): Jump {
    for (const node of nodes) {
      const jump = walk(node, dot);
      if (jump) return jump;
    }
    return undefined;
  }

  function walk(node: Node, dot: Value): Jump {
    if (node.kind === 'text') {
      write(node.text, 1);
      return undefined;
    }
    step(node.line);
    switch (node.kind) {
      case 'break':
      case 'continue':
        return node.kind;
      case 'action': {
        const value = evaluate(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) write(formatValue(printable(value)), node.line);
        return undefined;
      }
      case 'template':
        callTemplate(node.name, node.line, node.pipeline && evaluate(node.pipeline, dot));
        return undefined;
      default:
        return walkBranch(node, dot);
    }
  }

  function callTemplate(name: string, line: number, data: Value): void {
    const nodes = template.defined.get(name);
    if (!nodes) throw new TemplateError(line, `template ${JSON.stringify(name)} not defined`);
    if (depth >= maxTemplateDepth)
      throw new TemplateError(line, `templates call each other more than ${maxTemplateDepth} deep`);
    const outer = variables;
    variables = [{ name: '$', value: data }];
    depth++;
    walkAll(nodes, data);
    depth--;
    variables = outer;
  }

  function walkBranch(node: Branch, dot: Value): Jump {
    const outer = variables.length;
    const value = evaluate(node.pipeline, dot);
    let jump: Jump;
    if (node.kind === 'range') jump = walkRange(node, dot, value);
    else if (isTrue(value)) jump = walkAll(node.body, node.kind === 'with' ? value : dot);
    else jump = walkAll(node.otherwise ?? [], dot);
    variables.length = outer;
    return jump;
  }

  function walkRange(node: Branch, dot: Value, value: Value): Jump {
    const { pipeline } = node;
    const [first, second] = pipeline.variables;
    let ran = false;
    const outer = variables.length;
    for (const [index, element] of elements(node, value)) {
      ran = true;
      step(node.line);
      if (pipeline.assigns) {
        if (first) assign(first, second ? index : element, node.line);
        if (second) assign(second, element, node.line);
      } else {
        // The pipeline pushed its variables; the last one is the element.
        const top = variables.length;
        const elementVariable = variables[top - 1];
        const indexVariable = variables[top - 2];
        if (first && elementVariable) elementVariable.value = element;
        if (second && indexVariable) indexVariable.value = index;
      }
      const jump = walkAll(node.body, element);
      variables.length = outer;
      if (jump === 'break') break;
    }
    return ran ? undefined : walkAll(node.otherwise ?? [], dot);
  }

  function* elements(node: Branch, value: Value): Generator<[Value, Value]> {
    const item = indirect(value);
    if (item === undefined) return;
    if (typeof item === 'bigint') {
      if (node.pipeline.variables.length > 1)
        throw new TemplateError(node.line, `can't use ${item} to iterate over more than one variable`);
      for (let i = 0n; i < item; i++) yield [undefined, i];
    } else if (typeof item === 'object' && item.kind === 'list') {
      for (const [i, element] of item.items.entries()) yield [BigInt(i), element];
    } else if (typeof item === 'object' && item.kind === 'map') {
      yield* [...item.entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    } else throw new TemplateError(node.line, `range can't iterate over a value of type ${typeName(item)}`);
  }

  function assign(name: string, value: Value, line: number): void {
    const variable = variables.findLast((candidate) => candidate.name === name);
    if (!variable) throw new TemplateError(line, `undefined variable: ${name}`);
    variable.value = value;
  }

  function evaluate(pipeline: Pipeline, dot: Value): Value {
    let piped: Piped;
    for (const command of pipeline.commands) piped = { value: runCommand(command, dot, piped) };
    const value = piped?.value;
    for (const name of pipeline.variables) {
      if (pipeline.assigns) assign(name, value, pipeline.line);
      else variables.push({ name, value });
    }
    return value;
  }

  function runCommand({ first, args }: Command, dot: Value, piped: Piped): Value {
    step(first.line);
    switch (first.kind) {
      case 'field':
      case 'variable':
      case 'chain':
        return resolve(first, dot, args, piped);
      case 'function':
        return callFunction(first.name, first.line, dot, args, piped);
    }
    if (args.length > 0 || piped) throw new TemplateError(first.line, "can't give argument to non-function");
    if (first.kind === 'nil') throw new TemplateError(first.line, 'nil is not a command');
    return operandValue(first, dot);
  }

  function operandValue(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'literal':
        return operand.value;
      case 'pipeline':
        return evaluate(operand.pipeline, dot);
      case 'function':
        return callFunction(operand.name, operand.line, dot, [], undefined);
      default:
        return resolve(operand, dot, [], undefined);
    }
  }

  /** Follows the names of a field, variable or chain; arguments go to the last of them, which must then be a method. */
  function resolve(operand: Extract<Operand, { path: string[] }>, dot: Value, args: Operand[], piped: Piped): Value {
    const { line, path } = operand;
    let value = start(operand, dot);
    const given = args.length > 0 || piped !== undefined;
    if (path.length === 0 && given) throw new TemplateError(line, "can't give argument to non-function");
    for (const [i, name] of path.entries()) {
      const last = i === path.length - 1;
      value = select(value, name, line, last && given ? () => argumentValues(args, dot, piped) : undefined);
    }
    return value;
  }

  function start(operand: Extract<Operand, { path: string[] }>, dot: Value): Value {
    if (operand.kind === 'field') return dot;
    if (operand.kind === 'chain') return operandValue(operand.of, dot);
    const variable = variables.findLast(({ name }) => name === operand.name);
    if (!variable) throw new TemplateError(operand.line, `undefined variable: ${operand.name}`);
    return variable.value;
  }

  function argumentValues(args: readonly Operand[], dot: Value, piped: Piped): Value[] {
    const values = args.map((arg) => operandValue(arg, dot));
    return piped ? [...values, piped.value] : values;
  }

  function callFunction(name: string, line: number, dot: Value, args: Operand[], piped: Piped): Value {
    const own = Object.hasOwn(template.functions, name) ? template.functions[name] : undefined;
    if (!own && (name === 'and' || name === 'or')) return shortCircuit(name, line, dot, args, piped);
    const builtin = own ? undefined : builtins[name];
    const apply = own ?? builtin?.apply;
    if (!apply) throw new TemplateError(line, `${JSON.stringify(name)} is not a defined function`);
    const count = args.length + (piped ? 1 : 0);
    if (builtin && (count < builtin.min || count > (builtin.max ?? Infinity)))
      throw new TemplateError(line, `wrong number of args for ${name}: got ${count}`);
    const values = argumentValues(args, dot, piped);
    try {
      return apply(...values);
    } catch (error) {
      throw new TemplateError(line, `error calling ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function shortCircuit(name: 'and' | 'or', line: number, dot: Value, args: Operand[], piped: Piped): Value {
    if (args.length === 0 && !piped)
      throw new TemplateError(line, `wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value;
    for (const arg of args) {
      value = operandValue(arg, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped ? piped.value : value;
  }

  walkAll(template.root, data);
  return output;
}

/** One field, map entry or method of a value. */
function select(receiver: Value, name: string, line: number, args: (() => Value[]) | undefined): Value {
  if (receiver === undefined) return undefined;
  const item = indirect(receiver);
  if (isPointer(item)) throw new TemplateError(line, `nil pointer evaluating *${item.type}.${name}`);
  if (typeof item === 'object' && item.kind === 'struct') {
    const method = item.method(name);
    if (method) return method(args?.() ?? []);
    if (item.hasField(name)) {
      if (args) throw new TemplateError(line, `${name} has arguments but cannot be invoked as function`);
      return item.field(name);
    }
  }
  if (typeof item === 'object' && item.kind === 'map') {
    if (args) throw new TemplateError(line, `${name} is not a method but has arguments`);
    return item.entries.get(name);
  }
  throw new TemplateError(line, `can't evaluate field ${name} in type ${typeName(item)}`);
}
