/** The places that this service has reached in others' streams; also its names in the inbox and among the dead letters. */
export const durables = { issueOrder: 'orders-issue-order', closeOrder: 'orders-close-order' } as const;
