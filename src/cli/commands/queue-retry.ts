import { type Configure, examples } from '../command.js';
import { actOnLetters, addLetters } from '../queue.js';

export const configure: Configure = (command, io) => {
  addLetters(command);
  command.addHelpText(
    'after',
    examples([
      'hallpass queue retry --all',
      'once what was in the way is mended; doing it twice changes nothing',
    ]),
  );
  return () => actOnLetters(command, io, { verb: 'retry', done: 'put back.' });
};
