/**
 * A failure in one word that is fit for a metric's label: the API's own reason, an error code, the kind of error.
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  if ('reason' in error && typeof error.reason === 'string' && /^\w{1,50}$/.test(error.reason)) return error.reason;
  return /^\w{1,50}$/.test(error.name) && error.name !== 'Error' ? error.name : 'Unknown';
}
