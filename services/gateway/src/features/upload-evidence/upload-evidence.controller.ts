import { Controller, Inject, Req } from '@nestjs/common';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError } from '@countersign/shared/kernel';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import { settleBody } from '../verify-signature/streamed-digest.ts';
import type { UploadedFiles, UploadEvidence } from './upload-evidence.handler.ts';

export const uploadEvidence = Symbol('uploadEvidence');

@Controller()
export class UploadEvidenceController {
  constructor(@Inject(uploadEvidence) private readonly handle: UploadEvidence) {}

  @Route('uploadEvidence')
  async upload(@Req() request: FastifyRequest, @Facts() facts: RequestFacts) {
    const files = await readFiles(request);
    await settleBody(request.raw);
    return this.handle(files, facts);
  }
}

async function readFiles(request: FastifyRequest): Promise<UploadedFiles> {
  if (!request.isMultipart()) {
    throw new AppError('REQUEST.UNSUPPORTED_MEDIA_TYPE', 'unsupported', 'Uploads are multipart/form-data.');
  }
  const files: UploadedFiles = { bundle: undefined, signature: undefined };
  try {
    for await (const part of request.files()) {
      const bytes = await part.toBuffer();
      const name = nameOf(part);
      if (files[name] !== undefined) throw malformed(`The part \`${name}\` stands twice.`);
      files[name] = bytes;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    if ((error as { code?: string }).code?.endsWith('_LIMIT')) {
      throw new AppError('REQUEST.TOO_LARGE', 'too-large', 'The upload is larger than the gateway takes.', {
        cause: error,
      });
    }
    throw malformed('The multipart body cannot be read.', error);
  }
  return files;
}

function nameOf(part: MultipartFile): keyof UploadedFiles {
  if (part.fieldname === 'bundle' || part.fieldname === 'signature') return part.fieldname;
  throw malformed('Only the parts `bundle` and `signature` are taken.');
}

function malformed(message: string, cause?: unknown): AppError {
  return new AppError('REQUEST.MALFORMED_MULTIPART', 'invalid', message, { cause });
}
