import { type Configure, examples } from '../command.js';
import { actOnLetters, addLetters } from '../queue.js';

export const configure: Configure = (command, io) => {
  addLetters(command);
  command.addHelpText(
    'after',
    examples(['hallpass queue drop --all', 'nothing is lost: the sweep looks at everything again anyway']),
  );
  return () => actOnLetters(command, io, { verb: 'drop', done: 'forgotten.' });
};
