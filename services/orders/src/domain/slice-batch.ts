/** Characters of one message. NATS takes 1 MiB unless told otherwise, and a character is three bytes at most. */
const mostCharacters = 256 * 1024;
/** Nobody else gets a turn while a slice is signed and written. */
const mostItems = 128;

/**
 * Splits what has to be said into slices that fit one message each, however much came together: after an outage that
 * is thousands. A row of the outbox that the broker refuses would stay there for ever.
 */
export function sliceBatch<Item>(items: readonly Item[], textOf: (item: Item) => string): Item[][] {
  const slices: Item[][] = [];
  let slice: Item[] = [];
  let characters = 0;
  for (const item of items) {
    const { length } = textOf(item);
    if (slice.length === mostItems || (slice.length > 0 && characters + length > mostCharacters)) {
      slices.push(slice);
      slice = [];
      characters = 0;
    }
    slice.push(item);
    characters += length;
  }
  if (slice.length > 0) slices.push(slice);
  return slices;
}
