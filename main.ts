/** The command line of Sangam: `main.ts --help` lists what it can do. */
import { runProgram } from "./src/commands/mod.ts";
import { openTerminal } from "./src/commands/terminal_io.ts";

if (import.meta.main) {
  const terminal = openTerminal();
  const code = await runProgram(Deno.args, terminal);
  terminal.release();
  Deno.exit(code);
}
