/**
 * What a route does, in words beside the route itself (`config: { does: '...' }`): docs/reference/http.md is made from it.
 */
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For the reference. False: not a route that anybody is told of. */
    does?: string | false;
  }
}

export interface RouteHelp {
  /** `GET`, or several separated by a blank. */
  method: string;
  path: string;
  does: string | false | undefined;
}

/** Tells of every route that is added from now on; HEAD comes with each GET and is left out. */
export function tellRoutes(app: FastifyInstance, tell: (route: RouteHelp) => void): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const methods = [method].flat().filter((each) => each !== 'HEAD');
    if (methods.length > 0) tell({ method: methods.join(' '), path: url, does: config?.does });
  });
}
