/**
 * Which run a pod that is there already belongs to (spec jobs.md 5.2 step 1): a start whose answer was lost is found again by it.
 */
import { buildIdLabel, type PodFacts } from './pod-facts.ts';

/** The pod's build id: its label, else the variable `BUILD_ID` of its first container; undefined where it has neither. */
export function adoptedBuildId({ metadata, spec }: PodFacts): string | undefined {
  const label = metadata.labels?.[buildIdLabel];
  if (label) return label;
  return spec?.containers?.[0]?.env?.find(({ name }) => name === 'BUILD_ID')?.value || undefined;
}
