/**
 * The operating system's code of an error, such as `ENOENT`. By the field and not by class: errors also come from other realms.
 */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
