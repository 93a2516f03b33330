/** What an authority said of some bytes. */
export interface Timestamp {
  /** Its answer as it came (for RFC 3161: the DER of a TimeStampResp, a `.tsr` file). */
  response: Uint8Array;
  /** The time in it. */
  stampedAt: Date;
}

/** Somebody else's clock. */
export interface TimestampAuthority {
  /** For people: who it is. */
  readonly name: string;
  /**
   * That these bytes exist now. Throws AppError `LEDGER.TIMESTAMP_REFUSED` (unprocessable) when the authority's answer
   * does not hold, and `LEDGER.AUTHORITY_UNAVAILABLE` (unavailable) when there is none.
   */
  stamp(bytes: Uint8Array): Promise<Timestamp>;
}
