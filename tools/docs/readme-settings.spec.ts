import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const schemas = ['libs/shared/src/config/common-settings.ts', ...globSync('services/*/src/*.config.ts')];
const readme = readFileSync('README.md', 'utf8');

interface Setting {
  name: string;
  /** As the source says it; undefined: none, or one that is computed. */
  value: string | undefined;
  file: string;
}

/** What stands in a schema: `    NAME: ... .default(value) ... `, up to the next name. */
function readSettings(file: string): Setting[] {
  const text = readFileSync(file, 'utf8');
  const starts = [...text.matchAll(/^ +([A-Z][A-Z0-9_]+):/gm)];
  return starts.map(({ 1: name, index }, place) => {
    const body = text.slice(index, starts[place + 1]?.index);
    const value = /\.default\((?:'([^']*)'|([\d_]+))\)/.exec(body);
    return { name: name!, value: value?.[1] ?? value?.[2]?.replaceAll('_', ''), file };
  });
}

const settings = schemas.flatMap(readSettings);
const rows = new Map(
  [...readme.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \| [^|]*\| ([^|]*)\|/gm)].map(([, name, value]) => [name!, value!]),
);

describe('the settings table of the README', () => {
  it('has a row for every setting of every service, and no other', () => {
    expect(settings.length).toBeGreaterThan(20);
    expect([...rows.keys()].toSorted()).toEqual([...new Set(settings.map(({ name }) => name))].toSorted());
  });

  it('says the defaults of the schemas', () => {
    const wrong = settings.filter(
      ({ name, value }) => value !== undefined && !rows.get(name)?.includes(`\`${value}\``),
    );
    expect(wrong).toEqual([]);
  });
});
