/** Why a log, a note or a proof is not believed. Every function of this folder either returns what is proven or throws this. */
export class Refusal extends Error {
  override name = 'Refusal';
}

export function refuse(why: string): never {
  throw new Refusal(why);
}

/** Refuses unless it holds. */
export function demand(holds: boolean, why: string): asserts holds {
  if (!holds) refuse(why);
}
