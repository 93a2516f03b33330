/** The four services, in the order in which a person reads about them. */
export const serviceNames = ['gateway', 'runbooks', 'orders', 'evidence'] as const;

export type ServiceName = (typeof serviceNames)[number];
