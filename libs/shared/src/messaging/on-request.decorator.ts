import { MessagePattern } from '@nestjs/microservices';
import type { RequestName } from '../contracts/index.ts';

/** Binds a method to a request of the catalogue: it gets all questions that came together and returns as many results. */
export function OnRequest(name: RequestName): MethodDecorator {
  return MessagePattern(name);
}
