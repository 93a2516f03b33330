/** A part of a message that a signature covers: a derived component (`@method`) or the lower-case name of a header. */
export interface Component {
  name: string;
  value: string;
}

/**
 * The text that is signed, RFC 9421 section 2.5: a line for each component, in the order of the signer, and last the
 * parameters as they stand in `Signature-Input`.
 */
export function signatureBase(components: readonly Component[], parameters: string): string {
  let text = '';
  for (const { name, value } of components) text += `"${name}": ${value}\n`;
  return `${text}"@signature-params": ${parameters}`;
}
