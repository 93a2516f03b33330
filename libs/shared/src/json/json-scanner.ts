import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, MINUS, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './character-codes.ts';
import { endOfNumber, isDigit } from './json-number.ts';
import { endOfString } from './json-string.ts';
import { refuseJson } from './malformed-json.ts';

/** What a text may hold. */
export interface ScanLimits {
  /** Of arrays and objects in one another. */
  levels: number;
  /** Over all objects. */
  keys: number;
  /** The text itself is kept: integers of any size survive in it. Otherwise one that a double cannot hold is refused. */
  keepsText: boolean;
}

/** Such keys change what an object is where somebody copies it key by key. No client of ours has them. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
/** From so many keys on a set finds a repeated one faster than a walk over a list. */
const manyKeys = 12;

/** Walks over a JSON text once, front to back. */
class JsonScanner {
  readonly #text: string;
  readonly #limits: ScanLimits;
  #at = 0;
  #keys = 0;

  constructor(text: string, limits: ScanLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  scan(): void {
    this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      refuseJson('More text after the end of the JSON value', this.#at);
    }
  }

  /** The code of the next character that is no white space; NaN at the end. */
  #skipSpace(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (code === 32 || code === 10 || code === 13 || code === 9) {
      at += 1;
      code = text.charCodeAt(at);
    }
    this.#at = at;
    return code;
  }

  #value(depth: number): void {
    const code = this.#skipSpace();
    if (code === QUOTE) {
      this.#at = endOfString(this.#text, this.#at);
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      this.#container(code, depth);
    } else if (code === MINUS || isDigit(code)) {
      this.#at = endOfNumber(this.#text, this.#at, this.#limits.keepsText);
    } else {
      this.#literal();
    }
  }

  #container(open: number, depth: number): void {
    if (depth === this.#limits.levels) {
      refuseJson(`More than ${depth} levels`, this.#at);
    }
    this.#at += 1;
    const close = open === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
    if (this.#skipSpace() === close) {
      this.#at += 1;
    } else if (open === OPEN_BRACE) {
      this.#members(depth + 1);
    } else {
      do {
        this.#value(depth + 1);
      } while (this.#goesOn(close));
    }
  }

  #members(depth: number): void {
    const few: string[] = [];
    let many: Set<string> | undefined;
    do {
      this.#skipSpace();
      const start = this.#at;
      const key = this.#key();
      if (many === undefined ? few.includes(key) : many.has(key)) {
        refuseJson('The same key twice in one object', start);
      }
      if (many !== undefined) {
        many.add(key);
      } else if (few.push(key) > manyKeys) {
        many = new Set(few);
      }
      if (this.#skipSpace() !== COLON) {
        refuseJson('No ":" after a key', this.#at);
      }
      this.#at += 1;
      this.#value(depth);
    } while (this.#goesOn(CLOSE_BRACE));
  }

  /** After a member: true behind a comma, false behind the end of the container. */
  #goesOn(close: number): boolean {
    const code = this.#skipSpace();
    if (code !== COMMA && code !== close) {
      refuseJson(`No "," or "${String.fromCharCode(close)}" after a value`, this.#at);
    }
    this.#at += 1;
    return code === COMMA;
  }

  #key(): string {
    const start = this.#at;
    if (this.#text.charCodeAt(start) !== QUOTE) {
      refuseJson('No key in double quotes', start);
    }
    this.#keys += 1;
    if (this.#keys > this.#limits.keys) {
      refuseJson(`More than ${this.#limits.keys} keys`, start);
    }
    this.#at = endOfString(this.#text, start);
    const raw = this.#text.slice(start + 1, this.#at - 1);
    const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    return forbidden.has(key) ? refuseJson('A key that is not allowed', start) : key;
  }

  #literal(): void {
    for (const word of ['true', 'false', 'null']) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return;
      }
    }
    refuseJson(this.#at < this.#text.length ? 'No JSON value' : 'The text ends too early', this.#at);
  }
}

/**
 * Throws `REQUEST.MALFORMED_JSON` with the position of the first offence: whatever `JSON.parse` refuses, and what two
 * parsers may read differently (see `parseStrictJson`). The text must not hold raw halves of surrogate pairs.
 */
export const scanJson = (text: string, limits: ScanLimits): void => new JsonScanner(text, limits).scan();
