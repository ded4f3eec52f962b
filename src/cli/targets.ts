import { type SurveyedTarget, surveyTargets } from '../app/targets/survey-targets.js';
import { Unable } from './exit.js';
import type { Io } from './io.js';
import { withServer } from './server.js';

/** What every `targets` command begins with. */
export async function surveyed(
  settings: string | undefined,
  io: Io,
  how: 'look' | 'try' = 'look',
): Promise<readonly SurveyedTarget[]> {
  return withServer(settings, io, async ({ ports }) => {
    const survey = await surveyTargets(ports, how);
    if ('targets' in survey) return survey.targets;
    throw new Unable(
      'the documents of the default branch are not valid',
      'Run `hallpass validate` on the access repository.',
    );
  });
}
