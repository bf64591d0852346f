/**
 * The parsed form of a Go template. Every node that can fail when it is executed knows its line.
 */
import type { TemplateFunction } from './functions.ts';
import type { Value } from './value.ts';

export type Operand =
  | { kind: 'dot'; line: number }
  | { kind: 'nil'; line: number }
  | { kind: 'literal'; line: number; value: Value }
  | { kind: 'field'; line: number; path: string[] }
  | { kind: 'variable'; line: number; name: string; path: string[] }
  | { kind: 'function'; line: number; name: string }
  /** Fields of a parenthesised pipeline or of a function's result. */
  | { kind: 'chain'; line: number; of: Operand; path: string[] }
  | { kind: 'pipeline'; line: number; pipeline: Pipeline };

export interface Command {
  first: Operand;
  args: Operand[];
}

export interface Pipeline {
  line: number;
  commands: Command[];
  /** Variables that receive the value, with their `$`. */
  variables: string[];
  /** `=` to existing variables instead of `:=`. */
  assigns: boolean;
}

export interface Branch {
  kind: 'if' | 'with' | 'range';
  line: number;
  pipeline: Pipeline;
  body: Node[];
  otherwise?: Node[];
}

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'action'; line: number; pipeline: Pipeline }
  | Branch
  | { kind: 'template'; line: number; name: string; pipeline?: Pipeline }
  | { kind: 'break' | 'continue'; line: number };

/** A template that parsed. Immutable; can be executed any number of times. */
export interface Template {
  readonly root: readonly Node[];
  /** Templates made by `define` and `block`. */
  readonly defined: ReadonlyMap<string, readonly Node[]>;
  readonly functions: Readonly<Record<string, TemplateFunction>>;
}
