import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** What compose passes on from the environment: a name without a value, or one with a default in `${NAME:-default}`. */
function settingsOf(compose: string): Set<string> {
  const bare = [...compose.matchAll(/^ {2,6}([A-Z][A-Z0-9_]+):$/gm)].map(([, name]) => name!);
  const withDefault = [...compose.matchAll(/\$\{([A-Z][A-Z0-9_]+)\b/g)].map(([, name]) => name!);
  return new Set([...bare, ...withDefault]);
}

describe('deploy/compose/example.env', () => {
  const settings = settingsOf(read('docker-compose.yml'));
  const told = new Set(
    [...read('deploy/compose/example.env').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!),
  );

  it('tells every setting that docker-compose.yml takes', () => {
    expect(settings.size).toBeGreaterThan(30);
    expect([...settings].filter((name) => !told.has(name))).toEqual([]);
  });

  it('tells none that docker-compose.yml does not take', () => {
    expect([...told].filter((name) => !settings.has(name))).toEqual([]);
  });
});
