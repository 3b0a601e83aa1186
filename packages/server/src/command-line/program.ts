import type { Command, Noun } from "./command.js";

/** All that a command line has. */
export interface Program {
  readonly name: string;
  readonly says: string;
  readonly commands: readonly (Command | Noun)[];
  readonly examples: Command["examples"];
}
