import { signatureInvalid } from './signature-error.ts';

/** The headers of a request as they were received, by lower-case name. */
export class HeaderValues {
  private readonly rawHeaders: readonly string[];
  private readonly names: string[] = [];

  /** Names and values in turn. */
  constructor(rawHeaders: readonly string[]) {
    this.rawHeaders = rawHeaders;
    for (let at = 0; at < rawHeaders.length; at += 2) this.names.push(rawHeaders[at]!.toLowerCase());
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** The value of a header that stands once: of two, whoever stands before us might have taken the other. */
  only(name: string): string {
    const at = this.names.indexOf(name);
    const value = this.rawHeaders[2 * at + 1];
    if (at < 0 || value === undefined || this.names.includes(name, at + 1)) {
      throw signatureInvalid(`The header ${name} must stand exactly once.`);
    }
    return value.trim();
  }
}
