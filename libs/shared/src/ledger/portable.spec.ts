import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Every module that a file loads at run time, through files of its own room; a type import is erased. */
function walkImports(file: URL, seen = new Map<string, string>()): Set<string> {
  const source = readFileSync(file, 'utf8');
  for (const [, names, specifier] of source.matchAll(/^(?:import|export)\s+([^;]*?)\s*from\s+'([^']+)';/gms)) {
    const typesOnly = /^type\b/.test(names!) || names!.split(',').every((name) => /^[\s{]*(type\s|}?$)/.test(name));
    if (typesOnly || seen.has(`${file.href} ${specifier}`)) continue;
    seen.set(`${file.href} ${specifier}`, specifier!);
    if (specifier!.startsWith('./')) walkImports(new URL(specifier!, file), seen);
  }
  return new Set([...seen.values()].filter((specifier) => !specifier.startsWith('./')));
}

describe('the room', () => {
  it('loads the kernel and the portable half of crypto and nothing else, so it runs in any JavaScript engine', () => {
    expect(walkImports(new URL('./index.ts', import.meta.url))).toEqual(
      new Set(['../kernel/index.ts', '../crypto/portable.ts']),
    );
  });

  it('is measured by a walk that does see node:crypto where it is used', () => {
    expect(walkImports(new URL('./plain-tree.conformance.ts', import.meta.url))).toContain('node:crypto');
  });

  it('names nothing that only Node has', () => {
    const source = [...ownFiles(new URL('./index.ts', import.meta.url))].map((file) =>
      readFileSync(new URL(file), 'utf8'),
    );
    expect(source.length).toBeGreaterThan(20);
    for (const text of source)
      expect(text.replaceAll(/\/\*\*.*?\*\//gs, '')).not.toMatch(/\b(Buffer|process|require)\b/);
  });
});

function ownFiles(file: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/from\s+'(\.\/[^']+)';/g))
    ownFiles(new URL(specifier!, file), seen);
  return seen;
}
