import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const sourceOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const importsOf = (name: string): string[] =>
  [...sourceOf(name).matchAll(/from\s+'([^']+)'/g)].flatMap(([, target]) =>
    target!.startsWith('./') ? importsOf(target!) : [target!],
  );

describe('the half that signs', () => {
  it('needs the portable crypto, the kernel and the base64 of the ledger, and no library', () => {
    expect(new Set(importsOf('./portable.ts'))).toEqual(
      new Set(['../crypto/portable.ts', '../kernel/index.ts', '../ledger/index.ts']),
    );
    expect(importsOf('./index.ts')).toContain('structured-headers');
  });
});
