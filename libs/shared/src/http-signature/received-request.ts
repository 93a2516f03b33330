/** A request as it was received; nothing of it decoded, joined or normalised. */
export interface ReceivedRequest {
  method: string;
  /** The request target of the first line. */
  target: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  rawHeaders: readonly string[];
  hasBody: boolean;
}
