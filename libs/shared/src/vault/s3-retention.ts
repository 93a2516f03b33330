import { type S3Answer, type S3Client } from './s3-client.ts';
import { objectNotFound, readBackMismatch, retentionShortened } from './vault-errors.ts';
import { type Retention, type Vault } from './vault.ts';

/** Stores may cut off what is finer than a second. */
export const retentionPrecisionMs = 1000;

export type FetchVersion = (key: string, versionId: string) => Promise<S3Answer | undefined>;

/** The lock of a version, as the headers of its GET or HEAD say it. */
export function retentionOf(headers: S3Answer['headers']): Retention {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  return {
    mode: mode === 'COMPLIANCE' || mode === 'GOVERNANCE' ? mode : 'none',
    retainUntil: new Date(typeof until === 'string' ? until : 0),
    legalHold: headers['x-amz-object-lock-legal-hold'] === 'ON',
  };
}

/**
 * Reads and changes the lock of a version. Our own requests: PutObjectRetention and PutObjectLegalHold of the S3 API
 * with `Content-MD5`, which they require.
 */
export function createS3Retention(
  client: Pick<S3Client, 'send'>,
  fetchVersion: FetchVersion,
): Pick<Vault, 'getRetention' | 'extendRetention' | 'setLegalHold'> {
  async function getRetention(key: string, versionId: string): Promise<Retention> {
    // An answer to HEAD has no body that would say what is wrong: GET tells.
    const head = await client.send({ method: 'HEAD', key, versionId, expect: [200, 400, 404, 405] });
    const answer = head.status === 200 ? head : await fetchVersion(key, versionId);
    if (answer === undefined) throw objectNotFound(key, versionId);
    return retentionOf(answer.headers);
  }

  const change = (key: string, versionId: string, what: 'retention' | 'legal-hold', xml: string): Promise<S3Answer> =>
    client.send({ method: 'PUT', key, versionId, query: { [what]: '' }, body: Buffer.from(xml), expect: [200, 204] });

  async function extendRetention(key: string, versionId: string, until: Date): Promise<Retention> {
    const before = await getRetention(key, versionId);
    if (until < before.retainUntil) throw retentionShortened(key, before.retainUntil);
    if (before.mode === 'COMPLIANCE' && until.getTime() === before.retainUntil.getTime()) return before;
    const xml = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate></Retention>`;
    try {
      await change(key, versionId, 'retention', xml);
    } catch (error) {
      // Somebody extended it further between our look and our request: the store does not go back.
      const { retainUntil } = await getRetention(key, versionId);
      if (until < retainUntil) throw retentionShortened(key, retainUntil);
      throw error;
    }
    const after = await getRetention(key, versionId);
    if (after.mode !== 'COMPLIANCE') throw readBackMismatch(key, 'it is not locked in COMPLIANCE mode');
    if (after.retainUntil.getTime() < until.getTime() - retentionPrecisionMs)
      throw readBackMismatch(key, 'its retention was not extended');
    return after;
  }

  async function setLegalHold(key: string, versionId: string, on: boolean): Promise<Retention> {
    const before = await getRetention(key, versionId);
    if (before.legalHold === on) return before;
    await change(key, versionId, 'legal-hold', `<LegalHold><Status>${on ? 'ON' : 'OFF'}</Status></LegalHold>`);
    const after = await getRetention(key, versionId);
    if (after.legalHold !== on) throw readBackMismatch(key, `its legal hold was not ${on ? 'set' : 'taken off'}`);
    return after;
  }

  return { getRetention, extendRetention, setLegalHold };
}
