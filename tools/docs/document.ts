/** A file that is made from the contracts. */
export interface Document {
  /** From the root of the clone. */
  file: string;
  text: string;
}
