import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls';
import { AppError } from '../kernel/index.ts';
import type { Logger } from '../telemetry/index.ts';

export interface TlsFiles {
  /** PEM: the certificate, then those that lead to the root. */
  certFile: string;
  /** PEM. */
  keyFile: string;
  /** PEM: who signs the certificates of clients. With it clients are asked for one; who has none may come all the same. */
  clientCaFile?: string | undefined;
}

interface TlsOptions extends SecureContextOptions {
  cert: Buffer;
  key: Buffer;
  ca?: Buffer;
}

/** Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** What a TLS server of ours is made from. Throws `CONFIG.INVALID` when the files cannot be used together. */
export function readTls({ certFile, keyFile, clientCaFile }: TlsFiles): TlsOptions {
  try {
    const options: TlsOptions = {
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ...(clientCaFile !== undefined && { ca: readFileSync(clientCaFile) }),
      minVersion: 'TLSv1.2',
      ciphers,
      honorCipherOrder: true,
    };
    createSecureContext(options);
    return options;
  } catch (error) {
    throw new AppError('CONFIG.INVALID', 'invalid', 'The TLS files cannot be read, or do not belong together.', {
      cause: error,
    });
  }
}

const fingerprintOf = ({ cert, key, ca }: TlsOptions): string =>
  [cert, key, ca ?? ''].map((part) => createHash('sha256').update(part).digest('hex')).join();

/**
 * Looks every `everyMs` whether the files have changed, and gives new connections the new certificate. Half-written
 * files are tried again; until then the old certificate stays. Returns the way to stop.
 */
export function followTlsFiles(server: Server, files: TlsFiles, logger: Logger, everyMs = 10_000): () => void {
  let current = fingerprintOf(readTls(files));
  const timer = setInterval(() => {
    try {
      const options = readTls(files);
      const found = fingerprintOf(options);
      if (found === current) return;
      server.setSecureContext(options);
      current = found;
      logger.info({}, 'the TLS certificate was renewed');
    } catch (error) {
      logger.warn({ err: error }, 'the TLS files cannot be used; the old certificate stays');
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
