interface Waiting<Item, Value> {
  item: Item;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
}

/**
 * Takes all that comes within one turn of the event loop through two steps, each step for all in a row: what it needs of code
 * and tables is then in the processor's cache from the second one on, where the rest of a request's way would have pushed
 * it out (docs/benchmarks.md). One that comes alone waits for the end of the turn, and for nothing else.
 *
 * What a step throws is thrown for its item alone.
 */
export function judgeTogether<Item, Middle, Value>(
  first: (item: Item) => Middle,
  second: (middle: Middle) => Value,
): (item: Item) => Promise<Value> {
  let waiting: Waiting<Item, Value>[] = [];

  function judge(): void {
    const batch = waiting;
    waiting = [];
    takeStep(takeStep(batch, first), second).forEach(({ item, resolve }) => resolve(item));
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(judge);
      waiting.push({ item, resolve, reject });
    });
}

/** Those that got through, each with what the step made of it. */
function takeStep<Item, Next, Value>(
  batch: readonly Waiting<Item, Value>[],
  step: (item: Item) => Next,
): Waiting<Next, Value>[] {
  const left: Waiting<Next, Value>[] = [];
  for (const { item, resolve, reject } of batch) {
    try {
      left.push({ item: step(item), resolve, reject });
    } catch (error) {
      reject(error);
    }
  }
  return left;
}
