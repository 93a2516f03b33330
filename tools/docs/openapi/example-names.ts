/** What the examples of the document are about. */
export const exampleNames = {
  site_id: 'clinic-7',
  host_id: 'box-1',
  bundle_id: 'EB-2026-11-21-0001',
  order_id: 'a3f1c25b90d4e786',
  incident_id: '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10',
  evidence_id: '3f1c2b7e-58d2-8a90-9c41-7d5f0e6b1a22',
  timestamp: '2026-11-21T09:30:00.000Z',
};
