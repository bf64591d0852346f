/** Finds what a source file imports. Only reads syntax; whether a path exists is the compiler's business. */
import { parseSync } from '@swc/core';

export interface Import {
  /** As written: `../domain/wire.ts`, `zod`. */
  from: string;
  /** Nothing of it is left at run time. */
  typeOnly: boolean;
}

/** Every import, re-export, `import()` and `import('x')` type of a TypeScript file. Throws on a syntax error. */
export function readImports(source: string, path: string): Import[] {
  const found: Import[] = [];
  visit(parseSync(source, { syntax: 'typescript', tsx: path.endsWith('.tsx') }), found);
  return found;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function visit(value: unknown, found: Import[]): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, found);
    return;
  }
  if (!isNode(value)) return;
  const imported = importOf(value);
  if (imported) found.push(imported);
  for (const child of Object.values(value)) visit(child, found);
}

function importOf(node: Node): Import | undefined {
  switch (node['type']) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return named(node['source'], node['typeOnly'] === true || hasOnlyTypes(node['specifiers']));
    case 'TsImportType':
      return named(node['argument'], true);
    case 'CallExpression': {
      const [first] = Array.isArray(node['arguments']) ? node['arguments'] : [];
      const isImport = isNode(node['callee']) && node['callee']['type'] === 'Import';
      return isImport && isNode(first) ? named(first['expression'], false) : undefined;
    }
    default:
      return undefined;
  }
}

function named(source: unknown, typeOnly: boolean): Import | undefined {
  if (!isNode(source) || typeof source['value'] !== 'string') return undefined;
  return { from: source['value'], typeOnly };
}

/** `import { type A, type B } from` without anything else; a bare `import 'x'` has no specifiers and does run. */
function hasOnlyTypes(specifiers: unknown): boolean {
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((specifier) => isNode(specifier) && specifier['isTypeOnly'] === true);
}
