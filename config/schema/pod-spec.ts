/**
 * Kubernetes' PodSpec and its parts, made from the generated table. Each model becomes a schema when it is first used: most
 * configurations touch a few dozen of the hundred.
 */
import { z } from 'zod';
import type {
  Container,
  EnvVar,
  PodSpec as PodSpecType,
  Resources,
  Volume,
  VolumeMount,
} from '../../domain/job-config.ts';
import { IntOrString, Quantity, Time } from './kinds.ts';
import { podModels } from './pod-spec.generated.ts';

type ModelName = keyof typeof podModels;

const models = new Map<ModelName, z.ZodType>();

function isModel(name: string): name is ModelName {
  return name in podModels;
}

function fieldSchema(type: string): z.ZodType {
  if (type.startsWith('[')) return z.array(fieldSchema(type.slice(1)));
  if (type.startsWith('{')) return z.record(z.string(), fieldSchema(type.slice(1)));
  if (isModel(type)) return z.lazy(() => modelSchema(type));
  switch (type) {
    case 'string':
      return z.string();
    case 'bool':
      return z.boolean();
    case 'int32':
      return z.int32();
    case 'int64':
      return z.int();
    case 'time':
      return Time;
    case 'quantity':
      return Quantity;
    case 'intOrString':
      return IntOrString;
    case 'any':
      return z.unknown();
    default:
      throw new Error(`the generated pod schema has an unknown type ${type}`);
  }
}

/** Schema of one Kubernetes model, by the name that client-node gives it. */
export function modelSchema(name: ModelName): z.ZodType {
  const known = models.get(name);
  if (known) return known;
  const shape: Record<string, z.ZodType> = {};
  for (const field of podModels[name].split(' ')) {
    const [key = '', type = ''] = field.split(':');
    shape[key] = fieldSchema(type).exactOptional();
  }
  const schema = z.object(shape).meta({ id: name, description: `Kubernetes' ${name.replace(/^(Core)?V1/, '')}` });
  models.set(name, schema);
  return schema;
}

function typed<T>(name: ModelName): z.ZodType<T> {
  const schema: z.ZodType = z.lazy(() => modelSchema(name));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the generated table has no types of its own
  return schema as z.ZodType<T>;
}

export const PodSpec = typed<PodSpecType>('V1PodSpec');
export const PodContainer = typed<Container>('V1Container');
export const PodEnvVar = typed<EnvVar>('V1EnvVar');
export const PodVolume = typed<Volume>('V1Volume');
export const PodVolumeMount = typed<VolumeMount>('V1VolumeMount');
export const PodToleration = typed<Record<string, unknown>>('V1Toleration');
export const PodAffinity = typed<Record<string, unknown>>('V1Affinity');
export const PodResources = typed<Resources>('V1ResourceRequirements');
