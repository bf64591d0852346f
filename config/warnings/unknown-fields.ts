/** Keys that nothing reads: misspelt, misplaced, or of another version. The loader ignores them (spec 1.2). */
import type { Warning } from './warning.ts';

export const unknownFields: Warning = {
  name: 'unknown-fields',
  byDefault: true,
  description: 'Keys of the main file that nothing reads.',
  find: ({ unknownKeys, isMainFile }) => unknownKeys.filter(({ file }) => file !== undefined && isMainFile(file)),
};

export const unknownFieldsAll: Warning = {
  name: 'unknown-fields-all',
  byDefault: false,
  description: 'Keys of any file that nothing reads, job files included.',
  find: ({ unknownKeys }) => [...unknownKeys],
};
