/** What a code means to the one who reads it. `kind` decides the HTTP status; see `kernel` `ErrorKind`. */
export interface ErrorContract {
  kind: string;
  meaning: string;
  remedy: string;
}
