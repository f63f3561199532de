import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { quarterAt } from "../../test/contract/history_store.ts";
import { openHistoryFile } from "./history_file_io.ts";

const MAIN = { meterId: "main", fromMs: 0, toMs: 1e15 };

Deno.test("years that cannot be read are set aside, and so are the next: none takes the place of another", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/history.db`;
  const write = async (number: number) => {
    const store = openHistoryFile(path);
    await store.write({ quarters: [quarterAt(number)], positions: [] });
    const found = await store.quarters(MAIN);
    const told = [found.map(({ quarterMs }) => quarterMs / 900_000), store.begunAnew()];
    await store.close();
    return told;
  };
  try {
    assertEquals(await write(1), [[1], null]);
    assertEquals(await write(2), [[1, 2], null]);
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    assertEquals(await write(3), [[3], `${path}.damaged-1`]);
    await Deno.writeTextFile(path, "no database ".repeat(1_000));
    assertEquals(await write(4), [[4], `${path}.damaged-2`]);
    const kept = new DatabaseSync(`${path}.damaged-1`, { readOnly: true });
    assertEquals(kept.prepare("SELECT count(*) AS n FROM quarter").get()?.["n"], 2);
    kept.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
