/** Hides what a text that someone else wrote may quote: the password in a URL and the credential of a header. */
export function redactText(text: string): string {
  return text
    .replaceAll(/(\/\/[^/\s:@]*):[^/\s]*@/g, '$1:[hidden]@')
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [hidden]');
}
