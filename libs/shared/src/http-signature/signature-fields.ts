/** A field that is one member of bytes and nothing else, as `Signature` and `Content-Digest`. */
export interface BytesField {
  key: string;
  /** The bytes. */
  hex: string;
}

/** `Signature-Input`: what one signature covers, and what it says of itself. Nothing of it is checked yet. */
export interface SignatureInput {
  key: string;
  /** Names of what is covered, in the order of the signer. */
  components: readonly string[];
  created: number;
  nonce: string;
  keyId: string;
  alg: string;
  tag: string;
  /** The canonical form without the key, as it is signed. */
  text: string;
}
