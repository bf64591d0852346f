/**
 * Where a request goes: always to the one API that the proxy stands before. What the client wrote becomes a path on that server, as
 * text; it is never resolved as a URL, so that nothing in it can name another server.
 */

export interface Place {
  /** On the server, with the query. */
  path: string;
  /** Below the API's root, without the query: `/repos/acme/app`, `/graphql`. */
  api: string;
  /** What the client has before it: `/api/v3` where it takes us for an Enterprise Server. */
  prefix: string;
}

export interface Places {
  /** Scheme, name and port of the server. */
  origin: URL;
  /** Undefined for what is no path, or would leave the API. */
  of(target: string): Place | undefined;
  /** An address of the API as clients of ours have to write it; others stay as they are. */
  translated(url: string, address: { host: string; prefix: string }): string;
}

const enterprise = '/api/v3';
/** GitHub's own limit is lower. */
const longestTarget = 8192;

/** @param upstream `https://api.github.com`, `https://HOST/api/v3` */
export function createPlaces(upstream: string): Places {
  const url = new URL(upstream);
  const root = url.pathname.replace(/\/+$/, '');
  const graphql = root.endsWith(enterprise) ? `${root.slice(0, -'/v3'.length)}/graphql` : `${root}/graphql`;

  return {
    origin: new URL(url.origin),

    of(target) {
      if (target.length > longestTarget || !/^\/[\x21\x22\x24-\x7e]*(\?[\x21\x22\x24-\x7e]*)?$/.test(target))
        return undefined;
      const [path = '', ...query] = target.split('?');
      if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) return undefined;
      const rest = query.length > 0 ? `?${query.join('?')}` : '';
      if (path === '/graphql' || path === '/api/graphql') {
        return { path: `${graphql}${rest}`, api: '/graphql', prefix: '' };
      }
      const prefix = path === enterprise || path.startsWith(`${enterprise}/`) ? enterprise : '';
      const api = path.slice(prefix.length) || '/';
      return { path: `${root}${api}${rest}`, api, prefix };
    },

    translated(given, { host, prefix }) {
      const base = `${url.origin}${root}`;
      const after = given.slice(base.length);
      return given.startsWith(base) && /^[/?]/.test(after) ? `http://${host}${prefix}${after}` : given;
    },
  };
}
