import type { Random } from './random.ts';

export interface Pool {
  corpus: readonly Uint8Array[];
  dictionary: readonly Uint8Array[];
  maxBytes: number;
}

type Mutation = (input: Uint8Array, random: Random, pool: Pool) => Uint8Array;

const nothing = new Uint8Array(0);
const interesting = [
  0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x2f, 0x30, 0x39, 0x3a, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xff,
];
/** Bytes that UTF-8 readers disagree about: overlong, surrogates, beyond U+10FFFF, cut, byte order mark, noncharacters. */
const hostileBytes = [
  'c080',
  'c0af',
  'eda080',
  'edb080',
  'f4908080',
  'e282',
  'efbbbf',
  'fffe',
  'efbfbf',
  'e280a8',
  'f09f9880',
  '00',
];
const hostile = hostileBytes.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

function splice(input: Uint8Array, start: number, gone: number, put: Uint8Array): Uint8Array {
  const end = Math.min(input.length, start + gone);
  const result = new Uint8Array(start + put.length + input.length - end);
  result.set(input.subarray(0, start));
  result.set(put, start);
  result.set(input.subarray(end), start + put.length);
  return result;
}

const place = (input: Uint8Array, random: Random): number => random.below(input.length + 1);
/** Short ones mostly: long changes destroy what an input has reached. */
const span = (input: Uint8Array, random: Random): number =>
  1 + random.below(1 << random.below(2 + Math.log2(input.length + 2)));

function part(input: Uint8Array, random: Random): Uint8Array {
  const start = place(input, random);
  return input.subarray(start, start + span(input, random));
}

function withByte(input: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  if (input.length === 0) return input;
  const result = input.slice();
  result[at % input.length] = change(result[at % input.length]!);
  return result;
}

const mutations: readonly Mutation[] = [
  (input, random) => withByte(input, random.next(), (byte) => byte ^ (1 << random.below(8))),
  (input, random) => withByte(input, random.next(), () => random.pick(interesting)),
  (input, random) => withByte(input, random.next(), () => random.below(256)),
  (input, random) => withByte(input, random.next(), (byte) => byte + random.pick([1, -1, 16])),
  (input, random, { dictionary }) => splice(input, place(input, random), 0, random.pick(dictionary)),
  (input, random, { dictionary }) => splice(input, place(input, random), 0, random.pick(dictionary)),
  (input, random, { dictionary }) => splice(input, place(input, random), span(input, random), random.pick(dictionary)),
  (input, random) => splice(input, place(input, random), 0, random.pick(hostile)),
  (input, random) => splice(input, place(input, random), span(input, random), nothing),
  (input, random) => input.subarray(0, place(input, random)),
  (input, random) => splice(input, place(input, random), 0, part(input, random)),
  (input, random) => splice(input, place(input, random), span(input, random), part(input, random)),
  (input, random, { corpus }) => splice(input, place(input, random), 0, part(random.pick(corpus), random)),
  (input, random, { corpus }) =>
    splice(input, place(input, random), span(input, random), part(random.pick(corpus), random)),
  (input, random, { corpus }) => {
    const other = random.pick(corpus);
    return splice(input, place(input, random), input.length, other.subarray(place(other, random)));
  },
];

/** A piece many times over: what a reader does in quadratic time, this makes it do. */
function pump(input: Uint8Array, random: Random, { maxBytes }: Pool): Uint8Array {
  const piece = part(input, random);
  const times = Math.floor(Math.max(0, maxBytes - input.length) / Math.max(1, piece.length));
  const put = new Uint8Array(piece.length * times);
  for (let at = 0; at < times; at += 1) put.set(piece, at * piece.length);
  return splice(input, place(input, random), 0, put);
}

/** An input that is like this one. */
export function mutate(input: Uint8Array, random: Random, pool: Pool): Uint8Array {
  let result = input;
  for (let steps = 1 + random.below(4); steps > 0; steps -= 1) {
    result = random.below(400) === 0 ? pump(result, random, pool) : random.pick(mutations)(result, random, pool);
  }
  return result.length > pool.maxBytes ? result.subarray(0, pool.maxBytes) : result;
}
