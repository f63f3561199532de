import { createMemoryTelemetry } from "../../src/telemetry/mod.ts";
import { openTelemetryFile } from "../../src/telemetry/telemetry_file_io.ts";
import { telemetryStoreContract } from "./telemetry_store.ts";

telemetryStoreContract("telemetry in memory", () =>
  Promise.resolve({
    store: createMemoryTelemetry({ decisionsMax: 5, limitsMax: 5 }),
    remove: () => Promise.resolve(),
  }));

telemetryStoreContract("telemetry on disk", async () => {
  const folder = await Deno.makeTempDir();
  return {
    store: openTelemetryFile(`${folder}/telemetry.db`, {
      decisionsMax: 5,
      limitsMax: 5,
      bytesMax: 1e9,
    }),
    remove: () => Deno.remove(folder, { recursive: true }),
  };
});
