import { assertEquals, assertStringIncludes } from "@std/assert";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const ARGS = ["run", "--frozen", "--allow-read", "--allow-env", "--allow-write", MAIN];

Deno.test("a reader that goes away ends the program without a stack trace", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...ARGS, "schema"],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  const [{ code }, errors] = await Promise.all([
    child.status,
    new Response(child.stderr).text(),
  ]);
  assertEquals([code, errors], [0, ""]);
});

Deno.test("a password comes through a pipe", async () => {
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...ARGS, "user", "add", "meera", "--role", "admin", "--data", `${folder}/data`],
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("correct horse battery staple\n"));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  assertStringIncludes(new TextDecoder().decode(stdout), "meera may sign in as admin");
  await Deno.remove(folder, { recursive: true });
});
