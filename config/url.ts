/**
 * Whether Go's URL parser takes a text. It takes nearly everything: what it refuses is listed here (spec jobs.md 1.5, 2.1).
 */

const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/;

// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

function hostProblem(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) return 'invalid user information';
  let port: string;
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) return "missing ']' in host";
    port = host.slice(end + 1);
  } else {
    const colon = host.lastIndexOf(':');
    port = colon < 0 ? '' : host.slice(colon);
    if (/[\s<>"\\^`{|}#?]/.test(host)) return 'invalid character in host name';
  }
  return port !== '' && !/^:[0-9]*$/.test(port) ? 'invalid port after host' : undefined;
}

/** Reason why a text is no URL, or undefined. */
export function urlProblem(text: string): string | undefined {
  if (control.test(text)) return 'contains a control character';
  const [withoutFragment = ''] = text.split('#', 1);
  if (withoutFragment.startsWith(':')) return 'missing protocol scheme';
  const match = scheme.exec(withoutFragment);
  const rest = withoutFragment.slice(match?.[0].length ?? 0).split('?', 1)[0] ?? '';
  const opaque = match !== null && !rest.startsWith('/');
  if (!opaque && !rest.startsWith('/')) {
    const [firstSegment = ''] = rest.split('/', 1);
    if (firstSegment.includes(':')) return 'the first path segment contains a colon';
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(rest)) return 'a percent sign without two hexadecimal digits';
  return rest.startsWith('//') ? hostProblem(rest.slice(2).split('/', 1)[0] ?? '') : undefined;
}
