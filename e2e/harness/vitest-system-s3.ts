import { prepareBucket } from '@countersign/shared/vault';
import type { TestProject } from 'vitest/node';
import { startStack, wideLimits } from '../../tools/stack/index.ts';
import { startRgw } from '../../tools/s3/start-rgw.ts';
import { systemOf } from './system-of-stack.ts';

/** vitest's globalSetup of the e2e-s3 project: the system with a real S3 under Object Lock, and two evidence services. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { s3, stop } = await startRgw();
  try {
    const env = {
      ...wideLimits,
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: 'countersign-e2e',
      S3_ACCESS_KEY: s3.service.accessKey,
      S3_SECRET_KEY: s3.service.secretKey,
    };
    const { S3_BUCKET: bucket } = env;
    await prepareBucket({ ...s3, bucket, region: 'us-east-1' }, s3.service.principal);
    const stack = await startStack({ replicas: { gateway: 2, evidence: 2 }, env });
    project.provide('system', systemOf(stack));
    return async () => {
      await stack.stop();
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
