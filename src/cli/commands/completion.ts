import { type Configure, examples } from '../command.js';
import { COMPLETION_SCRIPTS } from '../completion-scripts.js';
import { EXIT } from '../exit.js';

export const configure: Configure = (command, io) => {
  command
    .addArgument(command.createArgument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        ['hallpass completion bash >> ~/.bashrc', 'for bash, from the next shell on'],
        ['hallpass completion zsh > ~/.zfunc/_hallpass', 'for zsh, with ~/.zfunc in fpath before compinit'],
        ['hallpass completion fish > ~/.config/fish/completions/hallpass.fish', 'for fish'],
      ),
    );
  return async () => {
    io.out(COMPLETION_SCRIPTS[command.args[0] ?? ''] ?? '');
    return EXIT.ok;
  };
};

const ABOUT = `
Commands, options and their choices are completed, and in a clone of an access repository the ids of entitlements, targets and requests as
well. It reads files alone, asks nobody, and runs nothing of what was typed. It needs the command \`hallpass\` on the PATH: an alias is not enough.`;
