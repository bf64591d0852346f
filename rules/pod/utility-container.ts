/**
 * What the containers of the pod utilities have in common: name, image and resources from the decoration config, variables and
 * mounts.
 */
import type { Container, DecorationConfig, VolumeMount } from '../../domain/job-config.ts';
import { envVars } from './env-vars.ts';
import { PodImpossible } from './pod-impossible.ts';

export type Utility = keyof NonNullable<DecorationConfig['resources']>;

/** The wrapper's image is named after the wrapper, its container and resources after what it does. */
const names = {
  clonerefs: { container: 'clonerefs', image: 'clonerefs' },
  initupload: { container: 'initupload', image: 'initupload' },
  place_entrypoint: { container: 'place-entrypoint', image: 'entrypoint' },
  sidecar: { container: 'sidecar', image: 'sidecar' },
} as const satisfies Record<Utility, { container: string; image: string }>;

export interface UtilityParts {
  args?: string[];
  env?: Readonly<Record<string, string>>;
  volumeMounts: VolumeMount[];
}

/** Throws PodImpossible where the image is not named; `job` is for the message. */
export function utilityContainer(
  job: string,
  utility: Utility,
  { utility_images: images, resources }: DecorationConfig,
  { args = [], env = {}, volumeMounts }: UtilityParts,
): Container {
  const { container, image: key } = names[utility];
  const image = images?.[key];
  if (!image) throw new PodImpossible(job, `its decoration_config must name the image utility_images.${key}.`);
  const variables = envVars(env);
  const required = resources?.[utility];
  return {
    name: container,
    image,
    ...(args.length > 0 && { args }),
    ...(variables.length > 0 && { env: variables }),
    ...(required && { resources: required }),
    ...(volumeMounts.length > 0 && { volumeMounts }),
  };
}
