/**
 * Media types by file extension, for objects that are written without one. Short on purpose: what runs produce and browsers show.
 */
const text = (subtype: string) => `text/${subtype}; charset=utf-8`;

const byExtension: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  css: text('css'),
  csv: text('csv'),
  gif: 'image/gif',
  htm: text('html'),
  html: text('html'),
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: text('javascript'),
  json: 'application/json',
  log: text('plain'),
  md: text('markdown'),
  mjs: text('javascript'),
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: text('plain'),
  wasm: 'application/wasm',
  webp: 'image/webp',
  xml: text('xml'),
  yaml: 'application/yaml',
  yml: 'application/yaml',
};

/** Undefined for an unknown extension or none. `more` maps extensions, without dot, to types and comes first (`mediaTypes`). */
export function mediaTypeOf(name: string, more: Readonly<Record<string, string>> = {}): string | undefined {
  const dot = name.lastIndexOf('.');
  if (dot < 0 || name.includes('/', dot)) return undefined;
  const extension = name.slice(dot + 1);
  if (Object.hasOwn(more, extension)) return more[extension];
  const known = extension.toLowerCase();
  return Object.hasOwn(byExtension, known) ? byExtension[known] : undefined;
}
