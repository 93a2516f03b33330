/** Runs operations on the same key one after another, and those on different keys side by side. */
export function createKeyQueue(): <Value>(key: string, operation: () => Promise<Value>) => Promise<Value> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, operation) => {
    const before = last.get(key);
    const mine = before === undefined ? operation() : before.then(operation, operation);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
