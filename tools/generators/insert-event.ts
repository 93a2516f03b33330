import type { EventName } from './event-name.ts';

/** The text of event-catalog.ts with a stub of one more event, behind the last one of its owner. */
export function insertEvent(catalog: string, { owner, subject, file, schema }: EventName): string {
  if (catalog.includes(`'${subject}'`))
    throw new Error(`${subject} exists. For an incompatible payload: ${nextVersion(subject)}`);
  const lines = insertSorted(
    catalog.split('\n'),
    `import { ${schema} } from './${file}.ts';`,
    /^import .* from '(\.\/[^']+)';$/,
  );
  const entry = [
    `  '${subject}': {`,
    `    owner: '${owner}',`,
    `    summary: 'TODO: one sentence for people.',`,
    `    schema: ${schema},`,
    `    consumers: ['evidence'],`,
    '  },',
  ];
  lines.splice(placeFor(lines, owner), 0, ...entry);
  return lines.join('\n');
}

/** The text of a room's index.ts that exports one more file. */
export function insertExport(index: string, file: string): string {
  return insertSorted(index.split('\n'), `export * from './${file}.ts';`, /^export .* from '(\.\/[^']+)';$/).join('\n');
}

/** Behind the owner's last event; an owner's first goes before those that every owner has, which take one line each. */
function placeFor(lines: string[], owner: string): number {
  const last = lines.findLastIndex((line) => line.startsWith(`  '${owner}.`) && line.endsWith('{'));
  if (last >= 0) return lines.indexOf('  },', last) + 1;
  const deadLetters = lines.findIndex((line) => /^ {2}'.*dead-letter.*\),$/.test(line));
  if (deadLetters < 0) throw new Error('event-catalog.ts has changed its shape: no dead letters in it');
  return deadLetters;
}

function insertSorted(lines: string[], line: string, pattern: RegExp): string[] {
  const path = pattern.exec(line)?.[1] ?? '';
  const paths = lines.map((other) => pattern.exec(other)?.[1]);
  const next = paths.findIndex((other) => other !== undefined && other > path);
  const last = paths.findLastIndex((other) => other !== undefined);
  return lines.toSpliced(next >= 0 ? next : last + 1, 0, line);
}

function nextVersion(subject: string): string {
  return subject.replace(/\d+$/, (version) => String(Number(version) + 1));
}
