const separators = /[^\p{L}\p{M}\p{N}]+/u;

/** The form in which texts are compared: in the field they arrive in any case. */
export const foldText = (text: string): string => text.trim().toLowerCase();

/**
 * The words of a folded text, each once: `drift:backup_failed` has drift, backup, failed. A letter of any alphabet
 * belongs to a word, so that an accent, composed or not, does not cut a known word out of an unknown one.
 */
export function splitWords(folded: string): string[] {
  const words = folded.split(separators).filter((word) => word !== '');
  return words.length < 2 ? words : [...new Set(words)];
}
