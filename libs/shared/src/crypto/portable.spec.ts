import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Every module that a file of this room loads at run time, through the room's own files; a type import is erased. */
function walkImports(file: URL, seen = new Map<string, string>()): Map<string, string> {
  const source = readFileSync(file, 'utf8');
  for (const [, names, specifier] of source.matchAll(/^(?:import|export)\s+([^;]*?)\s*from\s+'([^']+)';/gms)) {
    const typesOnly = /^type\b/.test(names!) || names!.split(',').every((name) => /^[\s{]*(type\s|}?$)/.test(name));
    if (typesOnly || seen.has(`${file.href} ${specifier}`)) continue;
    seen.set(`${file.href} ${specifier}`, specifier!);
    if (specifier!.startsWith('./')) walkImports(new URL(specifier!, file), seen);
  }
  return seen;
}
const packagesOf = (door: string): Set<string> =>
  new Set([...walkImports(new URL(door, import.meta.url)).values()].filter((specifier) => !specifier.startsWith('./')));

describe('the portable half', () => {
  it('loads tweetnacl and the kernel and nothing else, so it runs in any JavaScript engine', () => {
    expect(packagesOf('./portable.ts')).toEqual(new Set(['tweetnacl', '../kernel/index.ts']));
  });

  it('is measured by a walk that does see node:crypto where it is used', () => {
    expect(packagesOf('./index.ts')).toContain('node:crypto');
  });

  it('offers nothing that the whole room does not offer', async () => {
    const [portable, whole] = await Promise.all([import('./portable.ts'), import('./index.ts')]);
    for (const name of Object.keys(portable)) expect(Object.keys(whole)).toContain(name);
    expect(whole.sha256Hex).not.toBe(portable.sha256Hex);
    expect(whole.sha256).not.toBe(portable.sha256);
  });
});
