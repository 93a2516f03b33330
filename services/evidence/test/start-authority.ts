import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A timestamp authority of this machine: OpenSSL's own, behind HTTP. */
export interface TestAuthority {
  url: string;
  /** The certificate that the authority's leads to. */
  trustedPem: string;
  /** What it does to the next answers; back to honesty when undefined. */
  tamper: ((answer: Buffer) => Buffer) | undefined;
  /** Has OpenSSL judge an answer by itself. */
  verify(response: Uint8Array, data: string): Promise<boolean>;
  stop(): Promise<void>;
}

const settings = `
[ tsa ]
default_tsa = here
[ here ]
serial = serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.55555.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`;

export async function startAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-tsa-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });

  await writeFile(at('tsa.cnf'), settings);
  await writeFile(at('serial'), '01\n');
  await writeFile(
    at('extensions'),
    `basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n`,
  );
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test CA');
  openssl('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Test authority');
  const sign = ['x509', '-req', '-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  openssl(...sign, '-extfile', 'extensions', '-out', 'tsa.pem');

  let answers = 0;
  const authority: TestAuthority = {
    url: '',
    trustedPem: await readFile(at('ca.pem'), 'utf8'),
    tamper: undefined,
    async verify(response, data) {
      await writeFile(at('judged.tsr'), response);
      await writeFile(at('judged'), data);
      try {
        return openssl('ts', '-verify', '-data', 'judged', '-in', 'judged.tsr', '-CAfile', 'ca.pem').includes('OK');
      } catch {
        return false;
      }
    },
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const name = `question-${(answers += 1)}`;
    await writeFile(at(name), Buffer.concat(pieces));
    const make = ['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', name, '-signer', 'tsa.pem', '-inkey', 'tsa.key'];
    openssl(...make, '-out', `${name}.tsr`);
    const reply = await readFile(at(`${name}.tsr`));
    response.writeHead(200, { 'content-type': 'application/timestamp-reply', connection: 'close' });
    response.end(authority.tamper?.(reply) ?? reply);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  authority.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return authority;
}
