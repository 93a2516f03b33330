import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificates {
  /** PEM of the authority that signed all others. */
  caFile: string;
  /** A certificate for a name (of a server: `localhost` and 127.0.0.1 are in it too). Made by OpenSSL, good for two days. */
  create(name: string): { certFile: string; keyFile: string };
  remove(): void;
}

/** An authority of this machine, for specs that speak TLS. */
export function createCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-tls-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1\n';
  writeFileSync(join(folder, 'extensions'), names);
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test CA');
  return {
    caFile: join(folder, 'ca.pem'),
    create(name) {
      openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
      openssl('x509', '-req', '-in', `${name}.csr`, ...sign, '-out', `${name}.pem`);
      return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
