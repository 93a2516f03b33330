/** The half of this room that signs: it runs in any JavaScript engine, on tweetnacl alone. */
export { contentDigestOf } from './content-digest.ts';
export { createRequestSigner, type RequestToSign, type SignatureHeaders } from './sign-request.ts';
export { type Component, signatureBase } from './text-to-sign.ts';
