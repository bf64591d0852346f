/** Finds the operation of a method and path. The most literal path wins, as in GitHub's description. */
import type { Operation } from './operation.ts';

/** Parameters that may hold slashes. */
const wide = new Set(['path', 'ref', 'branch', 'basehead']);

interface Route {
  operation: Operation;
  pattern: RegExp;
  names: string[];
  literals: number;
}

export interface Match {
  operation: Operation;
  params: Record<string, string>;
}

export class Routes {
  readonly #byMethod = new Map<string, Route[]>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const routes = this.#byMethod.get(operation.method) ?? [];
      routes.push(compile(operation));
      this.#byMethod.set(operation.method, routes);
    }
    for (const routes of this.#byMethod.values()) routes.sort((a, b) => b.literals - a.literals);
  }

  /** @param path as it came, still percent-encoded; undefined also where the encoding is wrong */
  find(method: string, path: string): Match | undefined {
    for (const { operation, pattern, names } of this.#byMethod.get(method) ?? []) {
      const match = pattern.exec(path);
      if (!match) continue;
      try {
        const values = match.slice(1).map((value) => decodeURIComponent(value));
        return { operation, params: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
      } catch {
        return undefined;
      }
    }
    return undefined;
  }
}

function compile(operation: Operation): Route {
  const names: string[] = [];
  const segments = operation.path.split('/').map((segment) => {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined) return segment.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    names.push(name);
    return wide.has(name) ? '(.+?)' : '([^/]+)';
  });
  const literals = operation.path.split('/').filter((segment) => !segment.startsWith('{')).length;
  return { operation, names, literals, pattern: new RegExp(`^${segments.join('/')}/?$`) };
}
