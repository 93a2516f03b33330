import { applyDecorators, Delete, Get, HttpCode, Post, Put, SetMetadata } from '@nestjs/common';
import { type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';

export const routeMetadata = 'countersign:route';

const methods = { GET: Get, POST: Post, PUT: Put, DELETE: Delete } as const;

/** Binds a method to a route of the catalogue. The clients in the field take nothing but 200 for success. */
export function Route(name: RouteName): MethodDecorator {
  const { method, path }: RouteContract = routeCatalog[name];
  const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
  return applyDecorators(methods[method](pattern), HttpCode(200), SetMetadata(routeMetadata, name));
}
