import { admitClaims } from '../../../services/gateway/dist/domain/token-claims.js';
import {
  isToken,
  readObject,
  readTokenHeader,
} from '../../../services/gateway/dist/features/verify-principal/read-token-header.js';
import { demand } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonTokens } from './json-tokens.ts';

const audience = 'countersign';
const issuer = 'https://issuer.test/';
const now = Date.parse('2026-11-21T09:30:00Z');
const seconds = now / 1_000;
const header = { alg: 'ES256', typ: 'JWT', kid: 'es256' };
const claims = { sub: 'somebody', aud: audience, iss: issuer, iat: seconds, nbf: seconds, exp: seconds + 300 };
const keySources = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'enc', 'cty'];

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const seed = (of: object, payload: object): string => `${JSON.stringify(of)}\n${JSON.stringify(payload)}`;

function readHead(token: string, text: string): string {
  const read = readTokenHeader(token);
  if (read === undefined) return 'no header';
  demand(isToken(token), 'A header was read of what is no token.');
  const given = JSON.parse(text) as Record<string, unknown>;
  demand(given['alg'] === read.alg && given['kid'] === read.kid, 'A header was read in two ways.');
  demand(!keySources.some((name) => Object.hasOwn(given, name)), 'A header was taken that brings its own key.');
  return read.kid === undefined ? 'header' : 'header with kid';
}

/** A payload whose signature is good: from here on only what it says keeps somebody out. */
function readClaims(text: string): string {
  const payload = readObject(Buffer.from(text));
  if (payload === undefined) return 'no object';
  const admitted = admitClaims(payload, { audience, issuer }, now);
  if (!admitted.ok) return admitted.refusal;
  const given = JSON.parse(text) as typeof claims;
  const { subject, expiresAt } = admitted.value;
  demand(subject === given.sub && subject !== '', 'It stands for somebody else.');
  demand(expiresAt === given.exp * 1_000 && expiresAt > now, 'A token was taken after its time.');
  demand([given.aud].flat().includes(audience) && given.iss === issuer, 'A token for others, or of others.');
  return 'taken';
}

/** Header, line feed, claims: as JSON, for in base64 hardly a mutation would be a token. And the input as a token itself. */
export const tokens = readerTarget({
  name: 'tokens',
  summary: 'headers and claims of JSON Web Tokens',
  share: 1,
  maxBytes: 4 * 1024,
  dictionary: [
    ...jsonTokens,
    ...Object.entries({ ...header, ...claims }).map(([key, value]) => `"${key}":${JSON.stringify(value)}`),
    ...[...Object.keys({ ...header, ...claims }), ...keySources].map((key) => `"${key}":`),
    '"none"',
    '"HS256"',
    '"at+jwt"',
    `["${audience}","x"]`,
    String(seconds - 1),
    String(seconds),
    String(seconds + 10),
    String(seconds + 40 * 86_400),
    `${encode('{"alg":"ES256"}')}.`,
    '.e30.AA',
    '.',
    '=',
    '\n',
  ],
  seeds: () => [
    seed(header, claims),
    seed({ alg: 'HS256' }, { sub: 'a', aud: ['x', audience], iss: issuer, exp: seconds + 1 }),
    seed({ ...header, jwk: {} }, { ...claims, iat: seconds - 60, nbf: seconds - 60, exp: seconds - 1 }),
    `${encode('{"alg":"ES256"}')}.${encode(JSON.stringify(claims))}.AAAA`,
  ],
  read(input) {
    const text = Buffer.from(input).toString('utf8');
    const [head = '', ...rest] = text.split('\n');
    const payload = rest.join('\n');
    const alone = readTokenHeader(text) === undefined ? 'no' : 'yes';
    return `${readHead(`${encode(head)}.${encode(payload)}.AAAA`, head)}; ${readClaims(payload)}; token ${alone}`;
  },
});
