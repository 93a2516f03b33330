import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a store is, who owns it, and who may only use a bucket of it. */
interface S3Access {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  /** Has no rights until a bucket's policy gives it some: see `prepareBucket`. */
  service: { accessKey: string; secretKey: string; principal: string };
}

const access: Omit<S3Access, 'endpoint'> = {
  accessKey: 'countersign',
  secretKey: 'countersign-secret',
  service: { accessKey: 'evidence', secretKey: 'evidence-secret', principal: 'arn:aws:iam:::user/evidence' },
};

/** One throw-away Ceph. Its standard input is a pipe of ours, so it ends with us however we end. */
export async function startRgw(): Promise<{ s3: S3Access; stop: () => Promise<void> }> {
  const script = fileURLToPath(new URL('ceph-rgw.sh', import.meta.url));
  const ceph = spawn(script, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      S3_ACCESS_KEY: access.accessKey,
      S3_SECRET_KEY: access.secretKey,
      S3_SERVICE_ACCESS_KEY: access.service.accessKey,
      S3_SERVICE_SECRET_KEY: access.service.secretKey,
    },
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
