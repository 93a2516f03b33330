import type { Fault } from './fault.ts';

/** JSON: where a part of the walk goes on. */
export type Cursor = Record<string, unknown>;

export interface Look {
  faults: Fault[];
  /** Null when the part is through. */
  next: Cursor | null;
}

/**
 * A part of the walk. A look covers what follows the cursor (null: from the beginning) as far as it takes at once, and
 * changes nothing: taken twice it finds the same, as long as nothing changed.
 */
export interface Part {
  name: string;
  /** It sees less than the part of this name that walks everything: what it does not find may still be wrong. */
  isNarrow?: boolean;
  look(cursor: Cursor | null): Promise<Look>;
}
