import type { KitLeaf } from '../facts/kit-leaf.ts';
import { textIn } from '../facts/read-fields.ts';

/** The leaves of a kit, to be found by what they are about. */
export interface LeafIndex {
  ofType(type: string): readonly KitLeaf[];
  /** Leaves of a type whose data names this id, by index. */
  about(type: string, field: IdField, id: string): readonly KitLeaf[];
}

const idFields = ['incident_id', 'order_id', 'evidence_id', 'bundle_id', 'host_id'] as const;
export type IdField = (typeof idFields)[number];

export function indexLeaves(leaves: readonly KitLeaf[]): LeafIndex {
  const byType = new Map<string, KitLeaf[]>();
  const byId = new Map<string, KitLeaf[]>();
  const add = (map: Map<string, KitLeaf[]>, key: string, leaf: KitLeaf) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [leaf]);
    else list.push(leaf);
  };
  for (const leaf of leaves) {
    add(byType, leaf.type, leaf);
    for (const field of idFields) {
      const id = textIn(leaf.data, field);
      if (id !== null) add(byId, `${leaf.type}\n${field}\n${id}`, leaf);
    }
  }
  return {
    ofType: (type) => byType.get(type) ?? [],
    about: (type, field, id) => byId.get(`${type}\n${field}\n${id}`) ?? [],
  };
}
