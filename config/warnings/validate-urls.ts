/** Addresses that are none. */
import { urlProblem } from '../url.ts';
import type { Warning } from './warning.ts';

export const validateUrls: Warning = {
  name: 'validate-urls',
  byDefault: true,
  description: 'A status_error_link that is not an address.',
  find({ config }) {
    const link = config.main['status_error_link'];
    if (typeof link !== 'string' || urlProblem(link) === undefined) return [];
    return [{ key: 'status_error_link', message: 'is not an address (URL)' }];
  },
};
