import { bundleParams, legalHoldRequest, retentionRequest } from '@countersign/shared/contracts';
import { z } from 'zod';

/** Path and body in one, so that every bad field of a request is named at once. */
export const legalHoldQuestion = z.object({ ...legalHoldRequest.shape, ...bundleParams.shape });
export const retentionQuestion = z.object({ ...retentionRequest.shape, ...bundleParams.shape });
