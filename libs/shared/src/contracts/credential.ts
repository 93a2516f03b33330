import { z } from 'zod';
import { identifier, instant, uuid } from './identifiers.ts';

/** Data of the events that tell how somebody came to be let in, or no longer is. */
const principal = { principal_id: uuid, kind: z.string(), site_id: identifier.nullable() };

export const principalDisabled = z.object({ ...principal, disabled_at: instant });

export const subjectLinked = z.object({
  ...principal,
  issuer: z.string().describe('Who says who it is: the `iss` of the tokens.'),
  subject: z.string().describe('Whom the issuer means: the `sub` of the tokens.'),
  linked_at: instant,
});

export const tokenIssued = z.object({
  ...principal,
  token_id: uuid.describe('The `jti` of the token; the token itself is shown once.'),
  issued_at: instant,
  expires_at: instant,
});
