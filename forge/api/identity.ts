/** Who asks: the holder of a token, an App by its signature, an installation, or nobody. */
import { createHash, createVerify, randomBytes } from 'node:crypto';
import type { Account, App, Installation, Token } from '../model/entities.ts';
import { ApiError } from '../model/errors.ts';
import { ghostLogin, type World } from '../model/world.ts';

export interface Identity {
  kind: 'nobody' | 'user' | 'app' | 'installation';
  /** Who acts; undefined for nobody. */
  account: Account | undefined;
  app: App | undefined;
  installation: Installation | undefined;
  token: Token | undefined;
  /** Whose rate limit is used. */
  key: string;
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A new token and its secret, which is not kept. @param prefix as GitHub's: `ghp_`, `ghs_` */
export function issueToken(
  world: World,
  prefix: string,
  part: Pick<Token, 'userId' | 'installationId' | 'repoIds' | 'permissions' | 'expiresAt'>,
  given?: string,
): { token: Token; secret: string } {
  const secret = given ?? `${prefix}${randomBytes(18).toString('hex')}`;
  const token = world.store.save('tokens', {
    id: world.store.nextId(),
    hash: hashToken(secret),
    createdAt: world.now(),
    ...part,
  });
  return { token, secret };
}

const badCredentials = () => new ApiError(401, 'Bad credentials');

/** @param address of the caller, for the limit of those without a token */
export function identify(world: World, authorization: string | undefined, address: string): Identity {
  const nobody: Identity = {
    kind: 'nobody',
    account: undefined,
    app: undefined,
    installation: undefined,
    token: undefined,
    key: `address ${address}`,
  };
  if (authorization === undefined) return nobody;
  const [scheme = '', value = ''] = authorization.split(/ +/, 2);
  const secret = /^basic$/i.test(scheme) ? basicSecret(value) : value;
  if (secret === '') throw badCredentials();
  if (/^bearer$/i.test(scheme) && secret.split('.').length === 3) {
    const app = appByJwt(world, secret);
    const account = world.store.must('accounts', app.botId);
    return { ...nobody, kind: 'app', app, account, key: `app ${app.id}` };
  }
  const token = world.store.of('tokens', hashToken(secret))[0];
  if (!token || (token.expiresAt !== null && token.expiresAt <= world.now())) throw badCredentials();
  const account = world.store.must('accounts', token.userId);
  if (token.installationId === null) return { ...nobody, kind: 'user', account, token, key: `user ${account.id}` };
  const installation = world.store.get('installations', token.installationId);
  if (!installation) throw badCredentials();
  if (installation.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  const app = world.store.must('apps', installation.appId);
  return { kind: 'installation', account, app, installation, token, key: `installation ${installation.id}` };
}

/** git sends the token as password, some clients as user name. */
function basicSecret(value: string): string {
  const text = Buffer.from(value, 'base64').toString();
  const colon = text.indexOf(':');
  const [user, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return password === '' || password === 'x-oauth-basic' ? user : password;
}

function appByJwt(world: World, jwt: string): App {
  const refuse = (message: string) => new ApiError(401, message);
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const header = parsePart(head);
  const claims = parsePart(body);
  if (header?.['alg'] !== 'RS256' || !claims) throw refuse('A JSON web token could not be decoded');
  const { iss, exp, iat } = claims;
  const app = world.store.all('apps').find((one) => String(one.id) === String(iss) || `Iv1.forge${one.id}` === iss);
  if (!app) throw refuse("'Issuer' claim ('iss') must be an Integer");
  const signed = createVerify('RSA-SHA256').update(`${head}.${body}`);
  if (!signed.verify(app.publicKey, Buffer.from(signature, 'base64url'))) {
    throw refuse('A JSON web token could not be decoded');
  }
  const now = Date.parse(world.now()) / 1000;
  if (typeof exp !== 'number' || exp <= now)
    throw refuse(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + 660) throw refuse("'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + 60)
    throw refuse("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  return app;
}

function parsePart(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Who did what somebody did that is gone. */
export function ghost(world: World): Account {
  const account = world.store.account(ghostLogin);
  if (!account) throw new Error('forge: the account "ghost" is missing');
  return account;
}
