/**
 * Memory of test containers (spec jobs.md 5.9): a default for the request, and a limit equal to the request, even where the
 * job asks for a higher one.
 */
import type { Container, DecorationConfig, Resources } from '../../domain/job-config.ts';

export function withMemoryRules(container: Container, decoration: DecorationConfig): Container {
  const { default_memory_request: fallback, set_limit_equals_memory_request: limited } = decoration;
  const { resources = {} } = container;
  const request = memoryOf(resources.requests) ?? fallback;
  if (request === undefined || (!limited && memoryOf(resources.requests) !== undefined)) return container;
  return {
    ...container,
    resources: {
      ...resources,
      requests: { ...resources.requests, memory: request },
      ...(limited && { limits: { ...resources.limits, memory: request } }),
    },
  };
}

function memoryOf(amounts: Resources['requests']): string | undefined {
  return amounts?.['memory'];
}
