import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findStale, renderDocuments } from './documents.ts';
import { findBrokenEvents } from './golden/golden-events.ts';

/**
 * `npm run docs`: writes what is made from the contracts. `-- --check` only compares, names what is stale, and fails.
 * A change of an event that is no addition is refused either way: it needs a new version of the event.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '../..');

const broken = findBrokenEvents(root);
const stale = findStale(root, renderDocuments(root));
if (broken.length > 0) {
  console.error('These events changed in a way that is no addition. Declare a new version beside the old one:');
  for (const line of broken) console.error(`  ${line}`);
  process.exitCode = 1;
} else if (values.check && stale.length > 0) {
  console.error('These documents are stale. Run `npm run docs` and commit what it writes:');
  for (const { file } of stale) console.error(`  ${file}`);
  process.exitCode = 1;
} else if (values.check) {
  console.log('every document says what the contracts say');
} else {
  for (const { file, text } of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
  if (stale.length === 0) console.log('every document is as it was');
}
