const dayMs = 86_400_000;

/** Until when something that is sealed now must stay as it is. */
export function retainUntil(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}
