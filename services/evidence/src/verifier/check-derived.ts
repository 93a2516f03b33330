import { deriveFiles } from '../domain/kit/derive/derive-files.ts';
import { jsonFile, kitNames } from '../domain/kit/kit-names.ts';
import type { Check } from './examination.ts';
import { readText } from './kit-files.ts';
import { readWitnesses } from './read-checkpoints.ts';
import type { OpenKit } from './read-kit.ts';

/** Report and lists are what the verifier makes of the records itself, and no file is there that nothing accounts for. */
export function checkDerived({ files, data }: OpenKit, check: Check): void {
  const derived = deriveFiles(data);
  derived.set(kitNames.ledgerKey, `${data.ledgerKey}\n`);
  derived.set(kitNames.witnesses, jsonFile({ witnesses: Object.fromEntries(readWitnesses(files)) }));
  for (const [name, text] of derived) {
    check.examine();
    const actual = readText(files, name);
    if (actual === undefined) check.problem(name, 'it is missing, or no text');
    else if (actual !== text)
      check.problem(name, `it is not what the records of the kit give: ${describeDifference(actual, text)}`);
  }
  const expected = new Set([
    ...derived.keys(),
    kitNames.manifest,
    kitNames.manifestNote,
    kitNames.head,
    kitNames.verifierPage,
    kitNames.verifierScript,
    ...data.leaves.flatMap(({ index, dataDigest }) => [
      kitNames.leaf(index),
      kitNames.proof(index),
      ...(dataDigest === null ? [] : [kitNames.data(dataDigest)]),
    ]),
    ...data.bundles.map(({ position }) => kitNames.bundle(position)),
    ...data.runbooks.map(kitNames.runbook),
    ...data.checkpoints.flatMap(({ size }) => [
      kitNames.checkpoint(size),
      kitNames.cosigned(size),
      kitNames.consistency(size),
      kitNames.timestamp(size),
    ]),
  ]);
  for (const name of files.keys()) check.demand(expected.has(name), name, 'nothing in the kit accounts for this file');
}

function describeDifference(actual: string, expected: string): string {
  const [left, right] = [actual.split('\n'), expected.split('\n')];
  const at = left.findIndex((line, n) => line !== right[n]);
  if (at < 0) return `it ends after line ${left.length}`;
  return `line ${at + 1} is ${show(left[at])}, and must be ${show(right[at])}`;
}

const show = (line: string | undefined) =>
  line === undefined ? 'not there' : JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}…` : line);
