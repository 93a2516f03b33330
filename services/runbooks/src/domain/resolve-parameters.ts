import { accept, refuse, type Result } from '@countersign/shared/kernel';
import type { DecidableIncident } from './find-rule.ts';
import { isFit, type Parameter, type ParameterValue } from './parameter.ts';
import type { Runbook } from './runbook.ts';

export type Parameters = Record<string, ParameterValue>;

/**
 * A value for every declared parameter: the reported one where the file says that the incident may supply it, else the
 * default. The refusal names the parameter for people and never repeats the reported value.
 */
export function resolveParameters(runbook: Runbook, incident: DecidableIncident): Result<Parameters, string> {
  const values: Parameters = {};
  for (const parameter of runbook.parameters) {
    const reported = readReported(parameter, incident);
    if (reported !== undefined && isFit(parameter, reported)) {
      values[parameter.name] = reported;
    } else if (reported !== undefined && parameter.unfit === 'escalate') {
      return refuse(
        `the reported ${parameter.from} does not fit its parameter "${parameter.name}" (${parameter.type})`,
      );
    } else if (parameter.default === undefined) {
      return refuse(`the incident reports no ${parameter.from} for its parameter "${parameter.name}"`);
    } else {
      values[parameter.name] = parameter.default;
    }
  }
  return accept(values);
}

/** An empty text and null say nothing; clients in the field send both for "unknown". */
function readReported(parameter: Parameter, incident: DecidableIncident): unknown {
  const { from } = parameter;
  if (from === undefined) {
    return undefined;
  }
  const field = from.slice('details.'.length);
  const details = Object.hasOwn(incident.details, field) ? incident.details[field] : undefined;
  const reported = from === 'check_type' ? incident.check_type : details;
  return reported === null || reported === '' ? undefined : reported;
}
