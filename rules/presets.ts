/**
 * Presets: settings that jobs get by label (spec jobs.md 1.9).
 */
import type { PodSpec, Preset } from '../domain/job-config.ts';

/** The labels of each preset as pairs: they are compared with those of every job. */
const labelPairs = new WeakMap<Preset, readonly [label: string, value: string][]>();

function pairsOf(preset: Preset): readonly [label: string, value: string][] {
  let pairs = labelPairs.get(preset);
  if (!pairs) {
    pairs = Object.entries(preset.labels ?? {});
    labelPairs.set(preset, pairs);
  }
  return pairs;
}

/** Whether a preset applies to a job with these labels; one without labels applies to every job. */
export function presetApplies(preset: Preset, labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const [label, value] of pairsOf(preset)) if (labels?.[label] !== value) return false;
  return true;
}

const tolerationFields = ['key', 'operator', 'value', 'effect', 'tolerationSeconds'] as const;

function sameToleration(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return tolerationFields.every((field) => (a[field] ?? '') === (b[field] ?? ''));
}

/**
 * Adds the presets that apply to a pod spec, in place and in order. Returns the collisions, one sentence each: a preset never
 * overrides what the job or an earlier preset says.
 */
export function applyPresets(
  spec: PodSpec,
  labels: Readonly<Record<string, string>> | undefined,
  presets: readonly Preset[],
): string[] {
  const problems: string[] = [];
  for (const preset of presets) if (presetApplies(preset, labels)) applyPreset(spec, preset, problems);
  return problems;
}

function presetWords(preset: Preset): string {
  const pairs = pairsOf(preset).map(([label, value]) => `${label}: ${value}`);
  return pairs.length === 0 ? 'a preset without labels' : `the preset ${pairs.join(', ')}`;
}

function applyPreset(spec: PodSpec, preset: Preset, problems: string[]): void {
  for (const variable of preset.env ?? []) {
    for (const container of spec.containers ?? []) {
      if (container.env?.some(({ name }) => name === variable.name)) {
        problems.push(`${presetWords(preset)} sets the variable ${variable.name}, which the container already has`);
        continue;
      }
      (container.env ??= []).push(variable);
    }
  }
  for (const volume of preset.volumes ?? []) {
    if (spec.volumes?.some(({ name }) => name === volume.name)) {
      problems.push(`${presetWords(preset)} adds the volume ${volume.name}, which the pod already has`);
      continue;
    }
    (spec.volumes ??= []).push(volume);
  }
  for (const mount of preset.volumeMounts ?? []) {
    for (const container of spec.containers ?? []) {
      if (container.volumeMounts?.some(({ name }) => name === mount.name)) {
        problems.push(`${presetWords(preset)} mounts the volume ${mount.name}, which the container already mounts`);
        continue;
      }
      (container.volumeMounts ??= []).push(mount);
    }
  }
  for (const toleration of preset.tolerations ?? []) {
    if (spec.tolerations?.some((other) => sameToleration(other, toleration))) {
      problems.push(`${presetWords(preset)} adds a toleration that the pod already has`);
      continue;
    }
    (spec.tolerations ??= []).push(toleration);
  }
}
