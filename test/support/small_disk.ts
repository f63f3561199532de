import { type RequiredServer, succeeds } from "./required_server.ts";

/** A small file system of its own, in memory. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Writes a file of zeros until nothing more fits. */
  fill(): Promise<void>;
  /** Takes that file away, and lets the file system hold `bytes`. */
  makeRoom(bytes: number): Promise<void>;
}

/** Mounting takes rights that not everybody has. */
export const SMALL_DISK: RequiredServer = {
  name: "the right to mount tmpfs",
  isInstalled: canMount(),
};

const BALLAST = "ballast";
const CHUNK_BYTES = 4_096;

function canMount(): boolean {
  if (Deno.build.os !== "linux") return false;
  const path = Deno.makeTempDirSync();
  try {
    return succeeds("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path]) &&
      succeeds("umount", [path]);
  } finally {
    Deno.removeSync(path);
  }
}

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) {
    throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Mounts one of so many bytes. Use it with `await using`. */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const path = await Deno.makeTempDir();
  await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
  return {
    path,
    async fill() {
      using file = await Deno.open(`${path}/${BALLAST}`, { create: true, append: true });
      while (await fits(file)) { /* until it is full */ }
    },
    async makeRoom(room) {
      await Deno.remove(`${path}/${BALLAST}`);
      await run("mount", "-o", `remount,size=${room}`, path);
    },
    async [Symbol.asyncDispose]() {
      await run("umount", path);
      await Deno.remove(path);
    },
  };
}

async function fits(file: Deno.FsFile): Promise<boolean> {
  try {
    return await file.write(new Uint8Array(CHUNK_BYTES)) > 0;
  } catch (error) {
    // ENOSPC has no class of its own.
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
