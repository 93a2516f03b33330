import { defineConfig } from 'vitest/config';

const source = {
  resolve: { conditions: ['@countersign/source', 'node'] },
  ssr: { resolve: { conditions: ['@countersign/source', 'node'] } },
};
// Against a running system (COUNTERSIGN_URL) only what speaks HTTP; vitest-system.ts says so.
const insideOnly = process.env['COUNTERSIGN_URL'] ? ['e2e/inside/**'] : [];
const nowhere = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          isolate: false,
          include: [
            '{libs,services}/*/src/**/*.spec.ts',
            'appliance/src/**/*.spec.ts',
            'tools/**/*.spec.ts',
            'e2e/independent/**/*.spec.ts',
          ],
          exclude: [...nowhere, '**/*.integration.spec.ts', '**/*.vault.spec.ts'],
          testTimeout: 30_000,
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          // Half a minute of imports less; what files share is the broker anyway.
          isolate: false,
          // One broker for all of them, and stream names are the same for everybody.
          fileParallelism: false,
          include: [
            'services/*/test/**/*.integration.spec.ts',
            'libs/shared/src/**/*.integration.spec.ts',
            'tools/**/*.integration.spec.ts',
          ],
          exclude: nowhere,
          globalSetup: ['tools/stack/vitest-engines.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          // What takes long: kits, the scrubber and rebuilds in every way that they can go wrong.
          name: 'integration-long',
          fileParallelism: false,
          include: ['services/*/test/**/*.long.spec.ts'],
          exclude: nowhere,
          globalSetup: ['tools/stack/vitest-engines.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          name: 'vault',
          // One real S3 with Object Lock (Ceph) for the run; it takes 15 s to start, and minutes where it must be installed first.
          include: ['**/*.vault.spec.ts'],
          exclude: nowhere,
          // The scrubber's faults need tables beside it.
          globalSetup: ['tools/s3/vitest-rgw.ts', 'tools/stack/vitest-engines.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: 'e2e',
          isolate: false,
          // One system for all of them, and two processors under it.
          fileParallelism: false,
          include: ['e2e/*.spec.ts', 'e2e/inside/*.spec.ts'],
          exclude: [...nowhere, ...insideOnly, 'e2e/**/*.long.spec.ts'],
          globalSetup: ['e2e/harness/vitest-system.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          // Drills, floods and large answers, on a system of their own.
          name: 'e2e-long',
          isolate: false,
          fileParallelism: false,
          include: ['e2e/**/*.long.spec.ts'],
          exclude: [...nowhere, ...insideOnly],
          globalSetup: ['e2e/harness/vitest-system.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          name: 'e2e-s3',
          isolate: false,
          // What depends on the vault, once more on a real S3 with Object Lock (Ceph).
          fileParallelism: false,
          include: ['e2e/{evidence,upload,retention,kit}.spec.ts', 'e2e/{ledger,witness,kit-download}.long.spec.ts'],
          exclude: nowhere,
          globalSetup: ['e2e/harness/vitest-system-s3.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        ...source,
        test: {
          name: 'fault',
          fileParallelism: false,
          include: ['e2e/fault/*.spec.ts'],
          exclude: nowhere,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
