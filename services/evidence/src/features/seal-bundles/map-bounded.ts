/** Like `Promise.all` over `map`, with at most `atOnce` under way. `work` must not throw: what is begun is waited for. */
export async function mapBounded<Item, Value>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  let next = 0;
  const runOne = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      values[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runOne));
  return values;
}
