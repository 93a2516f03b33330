const arrayHeaderBytes = 20;
const textOid = 25;

/**
 * Encodes `text[]` in PostgreSQL's binary array format (the wire form of `array_send`: dimensions, null flag, element
 * type, length, lower bound, then each element with its length, -1 for null). node-postgres sends a Buffer parameter
 * in binary, which saves the escaping and parsing of the text form: a third of the cost of a row.
 *
 * The statement must say the type: `unnest($1::text[])`.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = arrayHeaderBytes;
  let hasNull = 0;
  for (const value of values) {
    size += 4;
    if (value === null) hasNull = 1;
    else size += Buffer.byteLength(value);
  }
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull, 4);
  buffer.writeInt32BE(textOid, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let offset = arrayHeaderBytes;
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(-1, offset);
      continue;
    }
    const written = buffer.write(value, offset + 4);
    buffer.writeInt32BE(written, offset);
    offset += 4 + written;
  }
  return buffer;
}
