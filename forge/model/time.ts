/** ISO 8601 in whole seconds, as GitHub writes times. @param time milliseconds since 1970 */
export function isoTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
