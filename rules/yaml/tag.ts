/**
 * Scalars with an explicit tag, by the rules of Go's YAML library: `!!str` and `!!binary` take anything, the other standard
 * tags must fit the text, and unknown tags are ignored.
 */
import { resolvePlain, type Scalar } from './scalar.ts';

const standardPrefix = 'tag:yaml.org,2002:';

/** `!!int` and `!<tag:yaml.org,2002:int>` → `int`; the non-specific tag `!` → empty; other tags as written. */
export function tagName(raw: string): string {
  if (raw === '!') return '';
  const verbatim = raw.startsWith('!<') && raw.endsWith('>') ? raw.slice(2, -1) : raw;
  if (verbatim.startsWith('!!')) return verbatim.slice(2);
  return verbatim.startsWith(standardPrefix) ? verbatim.slice(standardPrefix.length) : verbatim;
}

function kindOf(value: Scalar): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float';
}

const date = /^\d{4}-\d\d?-\d\d?(?:$|[Tt ]\d)/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function decodeBinary(text: string): { value: Scalar } | { error: string } {
  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length % 4 !== 0 || !base64.test(compact)) return { error: '!!binary value is not valid base64' };
  return { value: Buffer.from(compact, 'base64').toString('utf8') };
}

/** Value of a scalar with the tag `tag` (as `tagName` returns it). */
export function resolveTagged(tag: string, text: string): { value: Scalar } | { error: string } {
  switch (tag) {
    case 'str':
      return { value: text };
    case 'timestamp':
      return date.test(text) ? { value: text } : { error: 'the value does not fit its tag !!timestamp' };
    case 'binary':
      return decodeBinary(text);
    case 'null':
    case 'bool':
    case 'int':
    case 'float': {
      const value = resolvePlain(text);
      const kind = kindOf(value);
      const looksFloat = tag === 'int' && /^[^xX]*[.eE]/.test(text);
      if ((kind === tag && !looksFloat) || (tag === 'float' && kind === 'int')) return { value };
      return { error: `the value does not fit its tag !!${tag}` };
    }
    default:
      return { value: text };
  }
}
