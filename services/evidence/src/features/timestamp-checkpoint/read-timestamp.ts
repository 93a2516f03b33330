import type { OctetString } from 'asn1js';
import { type Certificate, type ExtKeyUsage, PKIStatus, SignedData, TimeStampResp, TSTInfo } from 'pkijs';
import { sha256 } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';

/** What a timestamp says once it was found to hold. */
export interface ReadTimestamp {
  stampedAt: Date;
  /** As it was asked with. */
  nonce: Uint8Array | undefined;
}

const sha256Oid = '2.16.840.1.101.3.4.2.1';
const extendedKeyUsage = '2.5.29.37';
const timeStamping = '1.3.6.1.5.5.7.3.8';

/**
 * Reads a TimeStampResp (RFC 3161 section 2.4.2) and makes sure that it grants, covers the SHA-256 of `bytes`, and is
 * signed by a certificate for time stamping and nothing else (section 2.3) that leads to a trusted one. Throws AppError
 * `LEDGER.TIMESTAMP_REFUSED` (unprocessable).
 */
export async function readTimestamp(
  response: Uint8Array,
  bytes: Uint8Array,
  trusted: readonly Certificate[],
): Promise<ReadTimestamp> {
  try {
    const { status, timeStampToken } = TimeStampResp.fromBER(exactBuffer(response));
    if (status.status > PKIStatus.grantedWithMods || !timeStampToken) {
      throw timestampRefused(`it was not granted (status ${status.status})`);
    }
    const signed = new SignedData({ schema: timeStampToken.content });
    const content = signed.encapContentInfo.eContent;
    if (!content) throw timestampRefused('it says nothing');
    const info = TSTInfo.fromBER(content.getValue());
    if (info.messageImprint.hashAlgorithm.algorithmId !== sha256Oid)
      throw timestampRefused('it is not about a SHA-256');
    if (!contentOf(info.messageImprint.hashedMessage).equals(sha256(bytes))) {
      throw timestampRefused('it is about something else');
    }
    const verdict = await signed.verify({
      signer: 0,
      trustedCerts: [...trusted],
      checkChain: true,
      checkDate: info.genTime,
      data: exactBuffer(bytes),
      extendedMode: true,
    });
    if (verdict.signatureVerified !== true) throw timestampRefused('its signature does not verify');
    if (verdict.signerCertificateVerified !== true)
      throw timestampRefused('its certificate leads to none that is trusted');
    if (!isForTimeStamping(verdict.signerCertificate))
      throw timestampRefused('its certificate is not for time stamping');
    return { stampedAt: info.genTime, nonce: info.nonce && new Uint8Array(info.nonce.valueBlock.valueHexView) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw timestampRefused('it cannot be read', error);
  }
}

function isForTimeStamping(certificate: Certificate | null | undefined): boolean {
  const usage = certificate?.extensions?.find(({ extnID }) => extnID === extendedKeyUsage);
  const { keyPurposes } = (usage?.parsedValue ?? { keyPurposes: [] }) as ExtKeyUsage;
  return usage?.critical === true && keyPurposes.length === 1 && keyPurposes[0] === timeStamping;
}

const contentOf = (octets: OctetString): Buffer => Buffer.from(octets.getValue());

/** The library takes whole ArrayBuffers; a Buffer may be a window on a larger one. */
const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

export function timestampRefused(why: string, cause?: unknown): AppError {
  return new AppError('LEDGER.TIMESTAMP_REFUSED', 'unprocessable', `The timestamp does not hold: ${why}.`, { cause });
}
