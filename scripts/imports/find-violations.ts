/**
 * Compares the imports of all source files with the import table, looks for cycles, and for files that a registry forgot.
 * Pure: gets the sources, returns sentences.
 */
import { basename, dirname, join, normalize } from 'node:path/posix';
import type { ImportRule, Registry } from './import-table.ts';
import { readImports, type Import } from './read-imports.ts';

export interface Sources {
  /** Text by path below the project root, with `/`. */
  files: ReadonlyMap<string, string>;
  table: Readonly<Record<string, ImportRule>>;
  registries: readonly Registry[];
}

/** One sentence per violation, ordered by file; empty when all is well. */
export function findViolations({ files, table, registries }: Sources): string[] {
  const imports = new Map([...files].map(([path, source]) => [path, readImports(source, path)]));
  return [
    ...[...imports].flatMap(([path, list]) => forbidden(path, list, table)),
    ...cycles(imports),
    ...forgotten(imports, registries),
  ];
}

/** Tests, and helpers beside them that only tests may import. */
const isTest = (path: string) => /\.test\.tsx?$/.test(path) || isTestHelper(path);
const isTestHelper = (path: string) => basename(path).startsWith('test-');
const isRelative = (from: string) => from.startsWith('.');
const folderOf = (path: string) => path.split('/', 1)[0] ?? '';
const resolved = (path: string, from: string) => normalize(join(dirname(path), from));

function forbidden(path: string, imports: readonly Import[], table: Sources['table']): string[] {
  const folder = folderOf(path);
  const rule = table[folder];
  if (!rule || isTest(path)) return [];
  return imports
    .filter(({ from, typeOnly }) =>
      isRelative(from)
        ? !mayImportFile(path, resolved(path, from), typeOnly, rule)
        : !mayImportPackage(from, typeOnly, rule),
    )
    .map(({ from }) => `${path} imports ${from}: ${folder} may not (scripts/imports/import-table.ts).`);
}

function mayImportFile(path: string, target: string, typeOnly: boolean, rule: ImportRule): boolean {
  if (isTestHelper(target)) return false;
  const allowed = [...rule.local, ...(typeOnly ? (rule.types ?? []) : [])];
  if (allowed.some((name) => matches(name, target) || target.startsWith(`${name}/`))) return true;
  if (folderOf(path) !== folderOf(target)) return false;
  // Plugins know nothing of each other; only the registry knows them all.
  return folderOf(path) !== 'plugins' || path === 'plugins/registry.ts' || dirname(path) === dirname(target);
}

function mayImportPackage(from: string, typeOnly: boolean, rule: ImportRule): boolean {
  const name = from.startsWith('node:')
    ? 'node:'
    : from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');
  const allowed = [...rule.packages, ...(typeOnly ? (rule.typePackages ?? []) : [])];
  return allowed.some((pattern) => matches(pattern, name));
}

/** `*` stands for anything but a slash. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]*')}$`).test(text);
}

/** Files that need each other at run time; each cycle is told once, from its first file. */
function cycles(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: readonly string[]) => {
    if (state.get(path) === 'open') {
      found.push(`Import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}.`);
      return;
    }
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const { from, typeOnly } of imports.get(path) ?? []) {
      if (!typeOnly && isRelative(from)) visit(resolved(path, from), [...trail, path]);
    }
    state.set(path, 'done');
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

function forgotten(imports: ReadonlyMap<string, readonly Import[]>, registries: readonly Registry[]): string[] {
  return registries.flatMap(({ file, members, except = [] }) => {
    const known = new Set((imports.get(file) ?? []).map(({ from }) => resolved(file, from)));
    return [...imports.keys()]
      .filter((path) => matches(members, path) && !isTest(path) && !except.some((pattern) => matches(pattern, path)))
      .filter((path) => !known.has(path))
      .map((path) => `${path} is missing in ${file}.`);
  });
}
