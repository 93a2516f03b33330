/** One deliberate violation: written into a copy of the tree, it must make `rule` report `file`. */
export interface Plant {
  rule: string;
  /** The file (or folder) that the rule must report. */
  file: string;
  /** What is written there, or what becomes of what stands there; absent where `with` says it all. */
  text?: string | ((before: string) => string);
  /** What the violation reaches for, where the tree may not have it: path to text. */
  with?: Record<string, string>;
}

/** Folder of a service that exists in the copy only, so that no plant depends on a real file. */
export const SERVICE = 'services/planted';

/** A file that imports `target` and nothing else. */
export function importing(target: string): string {
  return `import * as planted from '${target}';\nexport const reached = planted;\n`;
}
