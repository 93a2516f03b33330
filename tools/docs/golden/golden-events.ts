import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { eventCatalog, type EventContract } from '@countersign/shared/contracts';
import { describeSchema } from '../describe-schema.ts';
import type { Document } from '../document.ts';
import { type Json, printJson } from '../json.ts';
import { findBreakingChanges } from './find-breaking-changes.ts';

/** Where the last published shape of each event's data is kept, from the root of the clone. */
export const goldenFolder = 'libs/shared/src/contracts/golden';

const events: [string, EventContract][] = Object.entries(eventCatalog);
const fileOf = (name: string) => `${goldenFolder}/${name}.json`;

/** The shapes as they are now. */
export function goldenDocuments(): Document[] {
  return events.map(([name, { schema }]) => ({
    file: fileOf(name),
    text: printJson(describeSchema(schema, 'output')),
  }));
}

/** What has changed since the shapes were kept and is no addition; an event that is gone is such a change too. */
export function findBrokenEvents(root: string): string[] {
  const gone = globSync(`${goldenFolder}/*.json`, { cwd: root })
    .map((file) => basename(file, '.json'))
    .filter((name) => !Object.hasOwn(eventCatalog, name))
    .map((name) => `${name}: the event is gone, but others may still hold it`);
  const changed = events.flatMap(([name, { schema }]) => {
    const file = join(root, fileOf(name));
    if (!existsSync(file)) return [];
    const before = JSON.parse(readFileSync(file, 'utf8')) as Json;
    return findBreakingChanges(before, describeSchema(schema, 'output')).map((change) => `${name}: ${change}`);
  });
  return [...gone.toSorted(), ...changed];
}
