import type { ChargerDriftView } from "./configuration_port.ts";

/** What site.yaml of the fixture wants of CP01. */
export const FIXTURE_DRIFTS: readonly ChargerDriftView[] = [{
  chargerId: "CP01",
  checkedAt: "2026-01-05T08:31:00.000Z",
  reading: "told",
  settings: [
    {
      name: "HeartbeatInterval",
      wanted: "600",
      actual: "300",
      state: "left",
      corrects: true,
      tries: 3,
    },
    {
      name: "BlinkRepeat",
      wanted: "3",
      actual: null,
      state: "unknown",
      corrects: false,
      tries: 0,
    },
  ],
}];
