import { AppError, newId } from '@countersign/shared/kernel';
import type { KnownPrincipalRepository, PrincipalReference } from '../../persistence/known-principal.repository.ts';
import type { PrincipalEntity } from '../../persistence/principal.entity.ts';
import { describeDisabled, describeLinked, describeToken } from './describe-credentials.ts';
import { signToken, type TokenMaker } from './sign-token.ts';

export interface NewToken {
  /** Shown once, and kept nowhere. */
  token: string;
  token_id: string;
  principal_id: string;
  name: string;
  expires_at: string;
}

export interface ManagePrincipals {
  token(reference: PrincipalReference, hours: number): Promise<NewToken>;
  link(reference: PrincipalReference, tokens: { issuer: string; subject: string }): Promise<PrincipalEntity>;
  disable(reference: PrincipalReference): Promise<PrincipalEntity>;
}

/** What happens to principals after they were made; `maker` is missing where there is no secret to sign tokens with. */
export function createManagePrincipals(
  repository: KnownPrincipalRepository,
  maker: TokenMaker | undefined,
  now: () => number = Date.now,
): ManagePrincipals {
  async function find(reference: PrincipalReference): Promise<PrincipalEntity> {
    const [one, other] = await repository.find(reference);
    if (one === undefined) {
      const text = 'There is no such principal, or it is disabled: see `npm run keys -- list`.';
      throw new AppError('KEYS.PRINCIPAL_NOT_FOUND', 'not-found', text);
    }
    if (other !== undefined) {
      const text = 'Several principals have this name: give --principal with the id of one.';
      throw new AppError('KEYS.NAME_AMBIGUOUS', 'conflict', text);
    }
    return one;
  }
  const factsOf = ({ id, kind, siteId }: PrincipalEntity) => ({ principal_id: id, kind, site_id: siteId });

  return {
    async token(reference, hours) {
      if (maker === undefined) {
        const text = 'Tokens are signed with the secret of the gateway: set JWT_SECRET or JWT_SECRET_FILE.';
        throw new AppError('KEYS.SECRET_MISSING', 'invalid', text);
      }
      const principal = await find(reference);
      refuseEnrolled(principal);
      const issuedAt = Math.floor(now() / 1_000);
      const expiresAt = issuedAt + Math.round(hours * 3_600);
      const token_id = newId();
      const token = await signToken(maker, { subject: principal.id, id: token_id, issuedAt, expiresAt });
      const expires_at = new Date(expiresAt * 1_000).toISOString();
      const issued_at = new Date(issuedAt * 1_000).toISOString();
      await repository.noteToken(describeToken({ ...factsOf(principal), token_id, issued_at, expires_at }));
      return { token, token_id, principal_id: principal.id, name: principal.name, expires_at };
    },

    async link(reference, tokens) {
      const principal = await find(reference);
      refuseEnrolled(principal);
      const isNew = await repository.link({ ...tokens, principalId: principal.id }, (linkedAt) =>
        describeLinked(newId(), { ...factsOf(principal), ...tokens, linked_at: linkedAt.toISOString() }),
      );
      if (!isNew) {
        const text = 'This subject stands for a principal already; disable that one first if it is not the right one.';
        throw new AppError('KEYS.SUBJECT_TAKEN', 'conflict', text);
      }
      return principal;
    },

    async disable(reference) {
      const principal = await find(reference);
      await repository.disable(principal.id, (disabledAt) =>
        describeDisabled({ ...factsOf(principal), disabled_at: disabledAt.toISOString() }),
      );
      return principal;
    },
  };
}

/** Its credential comes from its enrolment and ends with it; a token would outlive both. */
function refuseEnrolled({ hostId }: PrincipalEntity): void {
  if (hostId === null) return;
  throw new AppError('KEYS.ENROLLED', 'conflict', 'An appliance that has enrolled acts with what it got then only.');
}
