import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a store is, and who may use it. */
interface S3Access {
  endpoint: string;
  accessKey: string;
  secretKey: string;
}

const access: Omit<S3Access, 'endpoint'> = { accessKey: 'countersign', secretKey: 'countersign-secret' };

/** One throw-away Ceph. Its standard input is a pipe of ours, so it ends with us however we end. */
export async function startRgw(): Promise<{ s3: S3Access; stop: () => Promise<void> }> {
  const script = fileURLToPath(new URL('ceph-rgw.sh', import.meta.url));
  const ceph = spawn(script, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, S3_ACCESS_KEY: access.accessKey, S3_SECRET_KEY: access.secretKey },
  });
  const s3 = { endpoint: await readEndpoint(ceph), ...access };
  return {
    s3,
    async stop() {
      if (ceph.exitCode !== null) return;
      const ended = once(ceph, 'exit');
      ceph.kill('SIGTERM');
      await ended;
    },
  };
}

async function readEndpoint(ceph: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: ceph.stdout! })) {
    const [, endpoint] = /^ready (\S+)$/.exec(line) ?? [];
    if (endpoint !== undefined) return endpoint;
  }
  throw new Error('Ceph ended before it was ready; its last words are above.');
}
