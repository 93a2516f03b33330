export { runService, type ServiceDefinition, type ServiceParts } from './run-service.ts';
