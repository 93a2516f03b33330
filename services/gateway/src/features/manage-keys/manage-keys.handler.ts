import { randomBytes } from 'node:crypto';
import { type PrincipalKind, scopesOfKind } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { AppError, newId } from '@countersign/shared/kernel';
import type { KeyRepository } from '../../persistence/key.repository.ts';
import { describeCreated, describeRevoked } from './describe-principals.ts';

export interface WantedKey {
  kind: PrincipalKind;
  siteId?: string | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
  /** For how long the key is good; absent: until it is revoked. */
  hours?: number | undefined;
}

export interface NewKey {
  id: string;
  /** Shown once: only its SHA-256 is kept. */
  key: string;
  principal_id: string;
  kind: PrincipalKind;
  name: string;
  site_id: string | null;
  namespace: string;
  scopes: readonly string[];
  /** Null: until it is revoked. */
  expires_at: string | null;
}

export interface ListedKey extends Omit<NewKey, 'key'> {
  created_at: string;
  revoked_at: string | null;
  disabled_at: string | null;
}

export interface ManageKeys {
  create(wanted: WantedKey): Promise<NewKey>;
  list(): Promise<ListedKey[]>;
  revoke(id: string): Promise<void>;
}

export function createManageKeys(repository: KeyRepository): ManageKeys {
  return {
    async create({ kind, siteId, name, namespace = 'default', hours }) {
      if (kind === 'appliance' && siteId === undefined) {
        throw new AppError('KEYS.SITE_MISSING', 'invalid', 'An appliance key is bound to a site: give --site.');
      }
      const key = `csk_${randomBytes(32).toString('base64url')}`;
      const id = newId();
      const principal = {
        id: newId(),
        kind,
        name: name ?? (siteId ? `${kind} of ${siteId}` : kind),
        siteId: siteId ?? null,
        namespace,
        scopes: [...scopesOfKind[kind]],
      };
      const { id: principal_id, siteId: site_id, scopes } = principal;
      const expiresAt = hours === undefined ? null : new Date(Date.now() + hours * 3_600_000);
      const expires_at = expiresAt?.toISOString() ?? null;
      await repository.create(
        principal,
        { id, keySha256: Buffer.from(sha256Hex(key), 'hex'), expiresAt },
        (createdAt) =>
          describeCreated({
            principal_id,
            kind,
            name: principal.name,
            site_id,
            scopes,
            namespace,
            ...(expires_at !== null && { expires_at }),
            created_at: createdAt.toISOString(),
          }),
      );
      return {
        id,
        key,
        principal_id,
        kind,
        name: principal.name,
        site_id,
        namespace,
        scopes,
        expires_at,
      };
    },

    async list() {
      const keys = await repository.list();
      return keys.map(({ id, principal, createdAt, expiresAt, revokedAt }) => ({
        id,
        principal_id: principal.id,
        kind: principal.kind,
        name: principal.name,
        site_id: principal.siteId,
        namespace: principal.namespace,
        scopes: principal.scopes,
        expires_at: expiresAt?.toISOString() ?? null,
        created_at: createdAt.toISOString(),
        revoked_at: revokedAt?.toISOString() ?? null,
        disabled_at: principal.disabledAt?.toISOString() ?? null,
      }));
    },

    async revoke(id) {
      const revoked = await repository.revoke(id, (principal, revokedAt) =>
        describeRevoked({
          principal_id: principal.id,
          kind: principal.kind,
          site_id: principal.siteId,
          key_id: id,
          revoked_at: revokedAt.toISOString(),
        }),
      );
      if (!revoked) {
        throw new AppError(
          'KEYS.NOT_FOUND',
          'not-found',
          'There is no active key with this id: see `npm run keys -- list`.',
        );
      }
    },
  };
}
