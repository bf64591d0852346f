/**
 * Whether Go's URL parser takes a text. It takes nearly everything: what it refuses is listed here (spec jobs.md 1.5, 2.1).
 */

const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u001f\u007f]/;
const badEscape = /%(?![0-9A-Fa-f]{2})/;
const userInformation = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const badHostCharacter = /[\s\\^`{|}#?/@]/;
/** Hosts may escape bytes outside ASCII and the percent sign of a zone, nothing else. */
const badHostEscape = /%(?!25|[89A-Fa-f][0-9A-Fa-f])/;

function hostProblem(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!userInformation.test(user) || badEscape.test(user)) return 'invalid user information';
  const host = authority.slice(at + 1);
  const end = host.startsWith('[') ? host.lastIndexOf(']') : -1;
  if (host.startsWith('[') && end < 0) return "missing ']' in host";
  const colon = host.indexOf(':', end + 1) < 0 ? -1 : host.lastIndexOf(':');
  const port = end >= 0 ? host.slice(end + 1) : colon < 0 ? '' : host.slice(colon);
  if (port !== '' && !/^:[0-9]*$/.test(port)) return 'invalid port after host';
  return badHostCharacter.test(host) || badHostEscape.test(host) ? 'invalid character in host name' : undefined;
}

/** Reason why a text is no URL, or undefined. */
export function urlProblem(text: string): string | undefined {
  const [withoutFragment = '', ...fragments] = text.split('#');
  if (control.test(withoutFragment)) return 'contains a control character';
  if (badEscape.test(fragments.join('#'))) return 'a percent sign without two hexadecimal digits';
  if (withoutFragment.startsWith(':')) return 'missing protocol scheme';
  const prefix = scheme.exec(withoutFragment)?.[0] ?? '';
  const rest = withoutFragment.slice(prefix.length).split('?', 1)[0] ?? '';
  if (!rest.startsWith('/')) {
    // With a scheme the rest is opaque and not looked at.
    if (prefix !== '') return undefined;
    if (rest.split('/', 1)[0]?.includes(':')) return 'the first path segment contains a colon';
  }
  const hasAuthority = rest.startsWith('//') && (prefix !== '' || !rest.startsWith('///'));
  const authority = hasAuthority ? (rest.slice(2).split('/', 1)[0] ?? '') : '';
  const path = hasAuthority ? rest.slice(2 + authority.length) : rest;
  if (badEscape.test(path)) return 'a percent sign without two hexadecimal digits';
  return hostProblem(authority);
}
