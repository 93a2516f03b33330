import { defineConfig } from 'vitest/config';

const source = { resolve: { conditions: ['@countersign/source', 'node'] }, ssr: { resolve: { conditions: ['@countersign/source', 'node'] } } };
const nowhere = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          isolate: false,
          include: ['{libs,services}/*/src/**/*.spec.ts', 'appliance/src/**/*.spec.ts', 'tools/**/*.spec.ts'],
          exclude: [...nowhere, '**/*.integration.spec.ts'],
        },
      },
    ],
  },
});
