/** Typed keys of the search attributes in `domain/wire.ts`. */
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import type { ProwJobAttributes } from '../domain/prowjob-start.ts';

export const stateKey = defineSearchAttributeKey('ProwState', SearchAttributeType.KEYWORD);
export const buildIdKey = defineSearchAttributeKey('ProwBuildId', SearchAttributeType.KEYWORD);
export const configHashKey = defineSearchAttributeKey('ProwConfigHash', SearchAttributeType.KEYWORD);
export const scheduleKey = defineSearchAttributeKey('ProwSchedule', SearchAttributeType.KEYWORD);
export const repoKey = defineSearchAttributeKey('ProwRepo', SearchAttributeType.KEYWORD);
export const pullsKey = defineSearchAttributeKey('ProwPulls', SearchAttributeType.KEYWORD_LIST);
export const jobKey = defineSearchAttributeKey('ProwJob', SearchAttributeType.KEYWORD);

/** The attributes of a start as the typed pairs that clients and workflows want. */
export function attributePairs(attributes: ProwJobAttributes): SearchAttributePair[] {
  const { ProwPulls, ...keywords } = attributes;
  const pairs: SearchAttributePair[] = Object.entries(keywords).map(([name, value]) => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  }));
  if (ProwPulls) {
    pairs.push({ key: defineSearchAttributeKey('ProwPulls', SearchAttributeType.KEYWORD_LIST), value: ProwPulls });
  }
  return pairs;
}
