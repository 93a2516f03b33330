/** Lower-case names. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** What stands in the answer: text in UTF-8, bytes, or bytes that are made while they are sent. */
export type MediaBody = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * An answer that is not JSON, as a handler returns it. A stream is asked for its next piece when the caller has taken
 * the one before; when it throws, the connection is cut, so that what came can not be taken for all of it. When the
 * caller goes away, it is told by `return()`.
 */
export class MediaAnswer {
  /** With its charset when it is text. */
  readonly mediaType: string;
  readonly body: MediaBody;
  /** In place of those that every answer carries, e.g. `cache-control`. A failure does not carry them. */
  readonly headers: AnswerHeaders;

  constructor(mediaType: string, body: MediaBody, headers: AnswerHeaders = {}) {
    this.mediaType = mediaType;
    this.body = body;
    this.headers = headers;
  }
}
