/** A program of the machine that some tests talk to. */
export interface RequiredServer {
  readonly name: string;
  /** True when it is installed. */
  readonly isInstalled: boolean;
}

/** Set to 1 where every server has to be there: a missing one fails its tests then. */
export const REQUIRE_SERVERS = Deno.env.get("SANGAM_REQUIRE_SERVERS") === "1";

/**
 * A test that needs a real server. Where that is not installed the test is reported as ignored, or
 * fails when `SANGAM_REQUIRE_SERVERS=1`.
 */
export function serverTest(server: RequiredServer, name: string, run: () => Promise<void>): void {
  Deno.test({
    name,
    ignore: !server.isInstalled && !REQUIRE_SERVERS,
    async fn() {
      if (!server.isInstalled) throw new Error(`Cannot run test: ${server.name} is not installed`);
      await run();
    },
  });
}

/** True when the command exists and ends with success. */
export function succeeds(command: string, args: readonly string[]): boolean {
  try {
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(command, { args: [...args], ...quiet }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
