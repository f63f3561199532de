import type { FirstUser } from "./first_user.ts";

/** Beside the ledger, for its owner's eyes, until somebody has signed in. */
export const FIRST_PASSWORD_FILE = "first-password";

/**
 * Tells whoever starts the gateway the first password: at the terminal, or in a file where a service
 * manager would keep what is said in a journal that others read. With nothing to tell (null) the file
 * of an earlier start goes.
 */
export async function handOverPassword(
  first: FirstUser | null,
  { folder, isService, say }: {
    readonly folder: string;
    readonly isService: boolean;
    readonly say: (line: string) => void;
  },
): Promise<void> {
  const path = `${folder}/${FIRST_PASSWORD_FILE}`;
  if (first !== null && isService) {
    await Deno.writeTextFile(`${path}.new`, `${first.password}\n`, { mode: 0o600 });
    await Deno.rename(`${path}.new`, path);
    say(`Sign in once as ${first.name} with the password in ${path} and choose your own`);
    return;
  }
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (first !== null) {
    say(`Sign in once as ${first.name} with the password ${first.password} and choose your own`);
  }
}
