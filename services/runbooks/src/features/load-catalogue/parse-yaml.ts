import { isAlias, isMap, isScalar, LineCounter, type Pair, parseDocument, visit, type Document } from 'yaml';
import type { FileFault } from './file-fault.ts';
import type { RunbookSource } from './read-runbook-files.ts';

/** A YAML file that can be read in one way only, and where in the text each of its values stands. */
export interface ParsedYaml {
  document: Document.Parsed;
  lines: LineCounter;
}

/** Faults reported of one file: more than anybody mends at once. A binary file has a hundred thousand. */
export const mostFaults = 20;

/**
 * Parses YAML 1.2 and refuses what makes it mean two things or explode: duplicate keys, anchors and aliases, tags,
 * directives, keys that are no text, several documents.
 */
export function parseYaml({ file, source }: RunbookSource): { yaml: ParsedYaml; faults: FileFault[] } {
  const lines = new LineCounter();
  // Pretty errors and the library's own check for duplicate keys take quadratic time: 40 s for 256 kB of commas.
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.2',
  });
  // What follows the first error of syntax is mostly its echo.
  const first = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]).slice(0, 1);
  const faults = [...first, ...document.warnings].map((error) => at(error.pos[0], error.message));
  function at(offset: number, message: string): FileFault {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, message };
  }
  if (faults.length === 0) {
    faults.push(...findHostileParts(document, at));
  }
  return { yaml: { document, lines }, faults: faults.slice(0, mostFaults) };
}

function findHostileParts(document: Document.Parsed, at: (offset: number, message: string) => FileFault): FileFault[] {
  const faults: FileFault[] = [];
  if (document.directives.yaml.explicit || Object.keys(document.directives.tags).length > 1) {
    faults.push(at(0, 'directives (%YAML, %TAG) change what the file means and are refused'));
  }
  visit(document, {
    Node(_key, node) {
      const offset = node.range?.[0] ?? 0;
      if (isAlias(node) || node.anchor !== undefined) {
        faults.push(at(offset, 'anchors and aliases are refused'));
      } else if (node.tag !== undefined) {
        faults.push(at(offset, `the tag ${node.tag} is refused`));
      }
    },
    Map(_key, map) {
      const seen = new Map<string, number>();
      for (const pair of map.items) {
        const { name, offset } = readKey(pair);
        const first = name === null ? undefined : seen.get(name);
        if (name === null) {
          faults.push(at(offset, 'a key must be a text'));
        } else if (first !== undefined) {
          faults.push(at(offset, `the key "${name}" is there twice, first on line ${at(first, '').line}`));
        } else {
          seen.set(name, offset);
        }
      }
    },
  });
  return faults;
}

function readKey({ key }: Pair): { name: string | null; offset: number } {
  const offset = (key as { range?: [number, number, number] | null } | null)?.range?.[0] ?? 0;
  return { name: isScalar(key) && typeof key.value === 'string' ? key.value : null, offset };
}

/**
 * Where the value at the path stands; for a key that is not there, where its mapping begins. With `key`, where the key
 * itself stands.
 */
export function locate(
  { document, lines }: ParsedYaml,
  path: readonly PropertyKey[],
  key?: string,
): { line: number; column: number } {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of [...path, ...(key === undefined ? [] : [key])]) {
    offset = offsetOf(node) ?? offset;
    const pair = isMap(node) ? node.items.find((item) => readKey(item).name === part) : undefined;
    if (key !== undefined && part === key && pair !== undefined) {
      offset = readKey(pair).offset;
    }
    node = isMap(node) ? pair?.value : (node as { items?: unknown[] } | null | undefined)?.items?.[part as number];
  }
  const { line, col } = lines.linePos(key === undefined ? (offsetOf(node) ?? offset) : offset);
  return { line, column: col };
}

const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: [number, number, number] | null } | null | undefined)?.range?.[0];
