import process from "node:process";

/** Ticks of the kernel's accounts, a second. */
const TICKS_PER_S = 100;

/** Processor time of this process and the programs that it runs, in milliseconds. */
export async function cpuMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  let childTicks = 0;
  for await (const task of Deno.readDir("/proc/self/task")) {
    const children = await textOf(`/proc/self/task/${task.name}/children`);
    for (const pid of children.split(" ").filter((each) => each.trim() !== "")) {
      // After the name in parentheses: field 14 and 15 of the line are user and system time.
      const fields = (await textOf(`/proc/${pid}/stat`)).replace(/^.*\) /, "").split(" ");
      childTicks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    }
  }
  return (user + system) / 1_000 + childTicks * 1_000 / TICKS_PER_S;
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
