/** Reads a request's JSON object, and answers 422 with the field's name where it is not as it should be. */
import { ApiError, invalid } from '../model/errors.ts';
import type { Json } from '../model/world.ts';

export class Body {
  readonly #resource: string;
  readonly values: Json;

  /** @param resource the thing that is asked for, as errors name it: `Issue`, `Label` */
  constructor(values: unknown, resource = 'Request') {
    if (values !== undefined && (typeof values !== 'object' || values === null)) {
      throw new ApiError(400, 'Body should be a JSON object');
    }
    this.values = (values ?? {}) as Json;
    this.#resource = resource;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** A text that must be there and not be empty. */
  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value.trim() === '') throw invalid(this.#resource, name, 'missing_field');
    return value;
  }

  /** Numbers are taken as text: titles may be `1.0`. */
  text(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw invalid(this.#resource, name, 'invalid');
  }

  /** Null where the request says null. */
  textOrNull(name: string): string | null | undefined {
    return this.values[name] === null ? null : this.text(name);
  }

  flag(name: string): boolean | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'boolean') return value;
    throw invalid(this.#resource, name, 'invalid');
  }

  number(name: string): number | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    const number = Number(value);
    if (Number.isInteger(number)) return number;
    throw invalid(this.#resource, name, 'invalid');
  }

  texts(name: string): string[] | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    throw invalid(this.#resource, name, 'invalid');
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined || allowed.includes(value as T)) return value as T | undefined;
    throw invalid(this.#resource, name, 'invalid');
  }

  objects(name: string): Body[] | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw invalid(this.#resource, name, 'invalid');
    return value.map((one) => new Body(one, this.#resource));
  }

  object(name: string): Body | undefined {
    const value = this.values[name];
    return value === undefined || value === null ? undefined : new Body(value, this.#resource);
  }
}
