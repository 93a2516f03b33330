import type { BareItem, InnerList, Item } from 'structured-headers';

/** Parameters by name; in a canonical text none stands twice. */
export type Parameters = ReadonlyMap<string, BareItem>;

/** A member of a dictionary; `text` is its canonical form, parameters included. */
export interface OnlyMember {
  key: string;
  member: Item | InnerList;
  text: string;
}
