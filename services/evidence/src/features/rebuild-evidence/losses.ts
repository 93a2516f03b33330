/** Something that was there and is not any more, or something of which not everything is known. */
export interface Loss {
  kind:
    | 'bundle'
    | 'leaf'
    | 'checkpoint'
    | 'cosignature'
    | 'refusal'
    | 'retention-change'
    | 'said-event'
    | 'dead-letter'
    | 'object'
    | 'position'
    | 'forked-bundle';
  id: string;
  detail: string;
}

/** Notes made while a schema is filled; all of them stand in the certificate. */
export interface Notes {
  /** What is gone: unless that is accepted, nothing is changed. */
  lost: Loss[];
  /** Rows of which neither a leaf nor the vault says everything. */
  incomplete: { id: string; detail: string }[];
  /** Bundles that the vault holds and no leaf tells of yet: the sealer will say so. */
  adopted: { id: string; detail: string }[];
  /** Leaves that got a new place behind what is published. */
  moved: { id: string; from: number; to: number }[];
  /** Bundles that got a new place in the chain of their site. */
  rechained: { id: string; detail: string }[];
}

export const emptyNotes = (): Notes => ({ lost: [], incomplete: [], adopted: [], moved: [], rechained: [] });
