import { notCanonical, maxDepth } from './canonical-error.ts';
import { printFloat, quote, sortKeys } from './canonical-scalars.ts';

const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
// From space on, without '"' and '\'.
const plainRun = /[ !#-[\]-\uffff]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
// Python refuses to convert longer integers (sys.get_int_max_str_digits).
const maxIntegerDigits = 4300;

export interface CanonicalTextOptions {
  /** Keys to leave out of the outermost object. */
  omit?: ReadonlySet<string>;
}

/**
 * The canonical string of a JSON text: what Python prints for `json.dumps(json.loads(text), sort_keys=True)`. Unlike
 * `canonicalString(JSON.parse(text))` it keeps integers of any size exactly and 1.0 apart from 1, so it rebuilds what
 * a Python client signed. It costs one pass over the text.
 *
 * Throws AppError `CRYPTO.NOT_CANONICAL` (invalid) for text that is not JSON, a key that stands twice in one object
 * (parsers disagree about which one counts), a number beyond a double, lone surrogates, nesting deeper than 200 levels.
 */
export function canonicalText(text: string, options: CanonicalTextOptions = {}): string {
  return new Reader(text, options.omit).readDocument();
}

class Reader {
  readonly #text: string;
  readonly #omit: ReadonlySet<string> | undefined;
  #at = 0;

  constructor(text: string, omit: ReadonlySet<string> | undefined) {
    this.#text = text;
    this.#omit = omit;
  }

  readDocument(): string {
    this.#skipSpace();
    const value = this.#readValue(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#fail('text after the end of the value');
    return value;
  }

  #readValue(depth: number): string {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#readObject(depth);
      case '[':
        return this.#readArray(depth);
      case '"':
        return this.#printText(this.#readText());
      case 't':
        return this.#readWord('true');
      case 'f':
        return this.#readWord('false');
      case 'n':
        return this.#readWord('null');
      default:
        return this.#readNumber();
    }
  }

  #readObject(depth: number): string {
    if (depth >= maxDepth) throw this.#fail('nested too deeply');
    const members = new Map<string, string>();
    this.#at += 1;
    this.#skipSpace();
    if (this.#take('}')) return '{}';
    do {
      this.#skipSpace();
      const key = this.#readText();
      if (members.has(key)) throw this.#fail('a key that stands twice');
      this.#skipSpace();
      if (!this.#take(':')) throw this.#fail('expected a colon');
      this.#skipSpace();
      members.set(key, this.#readValue(depth + 1));
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#fail('expected a comma or the end of an object');
    if (depth === 0) this.#omit?.forEach((key) => members.delete(key));
    return `{${sortKeys([...members.keys()])
      .map((key) => `${this.#printText(key)}: ${members.get(key)!}`)
      .join(', ')}}`;
  }

  #readArray(depth: number): string {
    if (depth >= maxDepth) throw this.#fail('nested too deeply');
    const items: string[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#take(']')) return '[]';
    do {
      this.#skipSpace();
      items.push(this.#readValue(depth + 1));
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#fail('expected a comma or the end of an array');
    return `[${items.join(', ')}]`;
  }

  #readNumber(): string {
    const start = this.#at;
    number.lastIndex = start;
    const match = number.exec(this.#text);
    if (match === null) throw this.#fail('expected a value');
    const [lexeme, fraction, exponent] = match;
    this.#at += lexeme.length;
    if (fraction === undefined && exponent === undefined) {
      if (lexeme.length > maxIntegerDigits) throw this.#fail('an integer of too many digits');
      return lexeme === '-0' ? '0' : lexeme;
    }
    const value = Number(lexeme);
    if (!Number.isFinite(value)) throw this.#fail('a number beyond a double');
    return printFloat(value);
  }

  #readText(): string {
    if (!this.#take('"')) throw this.#fail('expected a text');
    const start = this.#at;
    for (;;) {
      this.#skip(plainRun);
      if (this.#take('"')) break;
      if (!this.#skip(escape)) throw this.#fail('a text that does not end, or a bad escape in it');
    }
    const raw = this.#text.slice(start, this.#at - 1);
    return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  #readWord(word: string): string {
    if (!this.#text.startsWith(word, this.#at)) throw this.#fail('expected a value');
    this.#at += word.length;
    return word;
  }

  #printText(text: string): string {
    const quoted = quote(text);
    if (quoted === undefined) throw this.#fail('a lone surrogate');
    return quoted;
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at += 1;
    }
  }

  #take(unit: string): boolean {
    if (this.#text[this.#at] !== unit) return false;
    this.#at += 1;
    return true;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #fail(reason: string): Error {
    return notCanonical(reason, `character ${this.#at}`);
  }
}
