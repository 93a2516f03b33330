/** Something that is wrong with a ZIP. */
export interface ZipFault {
  /** Null: it is no single file's. */
  file: string | null;
  /** The byte from the beginning of the ZIP. */
  offset: number;
  message: string;
}
