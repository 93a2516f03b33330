import { globSync, readFileSync } from 'node:fs';

export interface ThrownCode {
  code: string;
  kind: string;
  file: string;
}

/** `new AppError('CODE', 'kind'` and the tables of `*-errors.ts`: `'CODE': { kind: 'kind'`. */
const shapes = [/new AppError\(\s*'([A-Z_.]+)',\s*'([a-z-]+)'/g, /'([A-Z]+\.[A-Z_]+)': \{\s*kind: '([a-z-]+)'/g];

const sources = ['services/*/src/**/*.ts', 'libs/shared/src/**/*.ts'];
const elsewhere = /\.(spec|conformance)\.ts$|\/contracts\/|\/testing\//;

/** Every failure that the sources of the services and of the shared rooms can raise. */
export function findThrownCodes(): ThrownCode[] {
  return globSync(sources)
    .filter((file) => !elsewhere.test(file))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return shapes.flatMap((shape) =>
        [...text.matchAll(shape)].map(([, code, kind]) => ({ code: code!, kind: kind!, file })),
      );
    });
}

/** Files that raise a failure in a form that `findThrownCodes` does not read. */
export function findUnreadable(): string[] {
  return globSync(sources)
    .filter((file) => !elsewhere.test(file))
    .filter((file) => {
      const text = readFileSync(file, 'utf8');
      const raised = text.match(/new AppError\(/g)?.length ?? 0;
      return raised > [...text.matchAll(shapes[0]!)].length;
    });
}
