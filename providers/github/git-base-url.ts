/** Where git finds repositories, from where the API is. */

/**
 * `https://api.github.com` → `https://github.com`; `https://HOST/api/v3` of Enterprise Server, and of compatible hosts, →
 * `https://HOST`; `https://api.NAME.ghe.com` → `https://NAME.ghe.com`. No slash at the end.
 */
export function gitBaseUrl(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (url.hostname === 'api.github.com' || /^api\.[^.]+\.ghe\.com$/.test(url.hostname)) {
    url.hostname = url.hostname.slice('api.'.length);
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/api\/v3$/, '');
  return url.href.replace(/\/+$/, '');
}
