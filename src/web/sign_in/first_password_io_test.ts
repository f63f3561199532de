import { assertEquals } from "@std/assert";
import { FIRST_PASSWORD_FILE, handOverPassword } from "./first_password_io.ts";

const FIRST = { name: "admin", password: "yhuav-cfexp-57dhh-3esrr" };

Deno.test("the first password is said at a terminal, and is in a file of its owner's under a service manager", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/${FIRST_PASSWORD_FILE}`;
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  await handOverPassword(FIRST, { folder, isService: true, say });
  assertEquals(await Deno.readTextFile(path), `${FIRST.password}\n`);
  if (Deno.build.os !== "windows") {
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  }
  assertEquals(said, [`Sign in once as admin with the password in ${path} and choose your own`]);
  await handOverPassword(null, { folder, isService: true, say });
  assertEquals([...Deno.readDirSync(folder)], []);
  await handOverPassword(FIRST, { folder, isService: false, say });
  assertEquals([...Deno.readDirSync(folder)], []);
  assertEquals(said.slice(1), [
    `Sign in once as admin with the password ${FIRST.password} and choose your own`,
  ]);
  await Deno.remove(folder, { recursive: true });
});
