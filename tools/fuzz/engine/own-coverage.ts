import { type Profiler, Session } from 'node:inspector';
import { CoverageMap, type CoverageSource } from './coverage-map.ts';

const session = new Session();
let isCounting = false;

/** Coverage of this process. The session answers before `post` returns. */
export function openOwnCoverage(): CoverageSource {
  if (!isCounting) {
    isCounting = true;
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }
  const map = new CoverageMap();
  const take = (mark: boolean): number => {
    let report: Profiler.ScriptCoverage[] = [];
    session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      report = answer.result;
    });
    return map.add(report, mark);
  };
  return {
    take,
    get covered() {
      return map.covered;
    },
  };
}
