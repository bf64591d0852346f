/** Places of the project, seen from the compiled code in `dist/bench/harness/`. */
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A compiled program: `compiled('workers/embedded.js')`. */
export function compiled(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
