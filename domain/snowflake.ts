/**
 * Build ids without a vending service (spec jobs.md 4.5): 64-bit numbers that grow with time, as decimal text because they
 * exceed 2^53. Prow's node is always 1.
 */

/** Milliseconds; the epoch that Prow's generator counts from. */
const epochMs = 1_288_834_974_657n;
const nodeBits = 10n;
const sequenceBits = 12n;

/** `node` is below 1024, `sequence` (within one millisecond) below 4096. */
export function snowflake(unixMs: number, node: number, sequence: number): string {
  if (node < 0 || node >= 1 << Number(nodeBits)) throw new RangeError(`snowflake node ${node} is not below 1024`);
  if (sequence < 0 || sequence >= 1 << Number(sequenceBits))
    throw new RangeError(`snowflake sequence ${sequence} is not below 4096`);
  const time = BigInt(Math.floor(unixMs)) - epochMs;
  return String((time << (nodeBits + sequenceBits)) | (BigInt(node) << sequenceBits) | BigInt(sequence));
}
