/**
 * GitHub's published OpenAPI description, for tests. The package `@octokit/openapi` unpacks to 385 MB of which one file of 13 MB
 * is needed, so it is no dependency: the file is taken out of it once, into `.tools/`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';

const version = '23.0.2';
const tools = join(dirname(fileURLToPath(import.meta.url)), '..', '.tools');
const file = join(tools, `github-openapi-${version}.json`);
const inPackage = 'package/generated/api.github.com.json';

type Json = Record<string, unknown>;

interface Description {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, Json> }>>;
  components: Record<string, Json>;
}

/** Undefined where the package cannot be had. */
export function readDescription(): Description | undefined {
  if (!existsSync(file)) {
    mkdirSync(tools, { recursive: true });
    const folder = mkdtempSync(join(tools, 'openapi-'));
    try {
      const args = ['pack', '--silent', `@octokit/openapi@${version}`, '--pack-destination', folder];
      const name = execFileSync('npm', args, { cwd: folder }).toString().trim().split('\n').at(-1) ?? '';
      execFileSync('tar', ['-xzf', join(folder, name), '-C', folder, inPackage]);
      renameSync(join(folder, inPackage), file);
    } catch {
      return undefined;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Description;
}

/** OpenAPI 3.0 says `nullable` where JSON schema has a type; both are said here. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, example: _example, ...rest } = value as Json;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, toJsonSchema(one)]));
  // An `example` or `nullable` may also be the name of a property.
  if (typeof nullable === 'object') schema['nullable'] = toJsonSchema(nullable);
  // The description's alternatives overlap: nearly every error is also a "basic error".
  if (Array.isArray(schema['oneOf'])) {
    schema['anyOf'] = schema['oneOf'];
    delete schema['oneOf'];
  }
  if (nullable !== true) return schema;
  return { anyOf: [schema, { type: 'null' }] };
}

const basicError = { $ref: '#/components/schemas/basic-error' };

/** Where the description contradicts itself: its account of an installation would be a person and an enterprise at once. */
const corrections: Record<string, unknown> = {
  'apps/list-installations': { type: 'array', items: { $ref: '#/components/schemas/installation' } },
};

/** Checks answers. */
export class Contract {
  readonly #description: Description;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(description: Description) {
    this.#description = description;
    this.#ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
    this.#ajv.addSchema({ $id: 'github', components: toJsonSchema(description.components) });
  }

  /** Method and path of an operation; undefined if GitHub has none of this name. */
  place(operationId: string): { method: string; path: string } | undefined {
    for (const [path, methods] of Object.entries(this.#description.paths)) {
      for (const [method, { operationId: id }] of Object.entries(methods)) {
        if (id === operationId) return { method: method.toUpperCase(), path };
      }
    }
    return undefined;
  }

  /** What is wrong with an answer, one sentence each; none for a good one. */
  violations(operationId: string, status: number, body: unknown): string[] {
    const place = this.place(operationId);
    if (!place) return [`${operationId}: GitHub has no such operation`];
    const operation = this.#description.paths[place.path]?.[place.method.toLowerCase()];
    let response = operation?.responses[status];
    // The description leaves out most refusals, which look alike everywhere.
    response ??= status >= 400 ? { content: { 'application/json': { schema: basicError } } } : undefined;
    if (!response) return [`${operationId}: GitHub never answers ${status}`];
    if (typeof response['$ref'] === 'string') {
      response = this.#description.components['responses']?.[response['$ref'].split('/').at(-1) ?? ''] as Json;
    }
    const content = (response['content'] ?? {}) as Record<string, { schema?: unknown }>;
    const schema = corrections[operationId] ?? content['application/json']?.schema;
    if (schema === undefined) return [];
    const key = `${operationId} ${status}`;
    let validate = this.#validators.get(key);
    if (!validate) {
      const absolute = JSON.parse(JSON.stringify(toJsonSchema(schema)).replaceAll('"#/', '"github#/')) as Json;
      validate = this.#ajv.compile(absolute);
      this.#validators.set(key, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? []).map((error) => `${key}: ${error.instancePath || '/'} ${error.message ?? ''}`);
  }
}
