/** Serves GraphQL: who, limit, faults, query. Errors of a query come with status 200, as GitHub's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSchema, execute, getOperationAST, parse, validate, type GraphQLError } from 'graphql';
import { Body } from '../api/body.ts';
import { identify, type Identity } from '../api/identity.ts';
import type { Answer } from '../api/operation.ts';
import { rootOf } from '../graphql/root.ts';
import { schemaText } from '../graphql/schema.ts';
import { ApiError } from '../model/errors.ts';
import { isoTime } from '../model/time.ts';
import { errorAnswer, hangUp, parseJson, readBody, type Exchange, type Parts } from './exchange.ts';
import { faultAnswer } from './faults.ts';
import { sendAnswer } from './rest.ts';

const schema = buildSchema(schemaText);

/** In counts and faults the operations are `graphql/<name of the query>`, `graphql/anonymous` without a name. */
export async function serveGraphql(parts: Parts, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  let identity: Identity | undefined;
  let operation = 'graphql/anonymous';
  const note = (status: number) => {
    const caller = identity?.key ?? 'unknown';
    parts.calls.note({ operation, method: request.method, path: exchange.url.pathname, status, caller });
  };
  const end = (answer: Answer) => {
    note(answer.status);
    const limit = identity && parts.limits.state(identity.key, 'graphql');
    sendAnswer(exchange, answer, limit && { limit, resource: 'graphql' });
  };
  try {
    const raw = await readBody(request);
    identity = identify(parts.world, request.headers.authorization, request.ip);
    if (!identity.account) throw new ApiError(401, 'This endpoint requires you to be authenticated.');
    const body = new Body(parseJson(raw), 'Query');
    const query = body.text('query') ?? '';
    operation = `graphql/${body.text('operationName') || (/^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? 'anonymous')}`;
    if (!parts.limits.take(identity.key, 'graphql')) {
      end({
        status: 200,
        body: { errors: [{ type: 'RATE_LIMITED', message: `API rate limit exceeded for ${identity.key}.` }] },
      });
      return;
    }
    const fault = parts.faults.take(operation);
    if (fault?.kind === 'refuse') {
      note(0);
      hangUp(exchange);
      return;
    }
    if (fault?.kind === 'slow') await sleep(fault.delayMs ?? 1000);
    const instead = fault && faultAnswer(fault);
    if (instead) {
      end(instead);
      return;
    }
    const key = `${identity.key} graphql ${raw.toString()}`;
    const old = fault?.kind === 'stale' ? parts.faults.remembered(key) : undefined;
    const answer = old ?? (await run(parts, identity, query, body));
    if (!old) parts.faults.remember(key, answer);
    if (fault?.kind === 'drop') {
      note(0);
      hangUp(exchange);
      return;
    }
    end(answer);
  } catch (error) {
    end(errorAnswer(error));
  }
}

async function run(parts: Parts, identity: Identity, query: string, body: Body): Promise<Answer> {
  const failed = (errors: readonly GraphQLError[]): Answer => ({ status: 200, body: { errors } });
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return failed([error as GraphQLError]);
  }
  const wrong = validate(schema, document);
  if (wrong.length > 0) return failed(wrong);
  const name = body.text('operationName');
  if (!getOperationAST(document, name))
    return { status: 200, body: { errors: [{ message: 'No operation named so.' }] } };
  const rate = () => {
    const { reset, ...state } = parts.limits.state(identity.key, 'graphql');
    return { ...state, cost: 1, nodeCount: 0, resetAt: isoTime(reset * 1000) };
  };
  const { data, errors } = await execute({
    schema,
    document,
    rootValue: rootOf({ world: parts.world, identity }, rate),
    variableValues: body.object('variables')?.values ?? {},
    ...(name !== undefined && { operationName: name }),
  });
  const told = errors?.map((error) => ({ ...error.toJSON(), type: typeOf(error) }));
  return { status: 200, body: { data, ...(told && { errors: told }) } };
}

/** GitHub's clients look at this word: what is missing, forbidden, or cannot be done. */
function typeOf(error: GraphQLError): string {
  if (error.message.startsWith('Could not resolve')) return 'NOT_FOUND';
  if (error.message.includes('correct permissions')) return 'FORBIDDEN';
  return 'UNPROCESSABLE';
}
