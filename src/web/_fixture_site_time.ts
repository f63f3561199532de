import type { SiteTimeView } from "./views.ts";

/** A site whose time a time server sets, with one charger that is off and one that is away. */
export const FIXTURE_SITE_TIME: SiteTimeView = {
  time: "2026-01-05T08:35:00.000Z",
  source: "ntp",
  since: "2026-01-05T06:10:00.000Z",
  csmsOffsetMs: -400,
  ntp: {
    service: "chrony",
    synchronized: true,
    seenAt: "2026-01-05T08:34:20.000Z",
    offsetMs: 2,
  },
  chargers: [
    {
      chargerId: "CP01",
      connected: true,
      offsetMs: 300,
      isOff: false,
      toldSince: "2026-01-05T06:12:00.000Z",
    },
    {
      chargerId: "CP05",
      connected: true,
      offsetMs: 92_000,
      isOff: true,
      toldSince: "2026-01-05T06:12:00.000Z",
    },
    { chargerId: "CP07", connected: false, offsetMs: null, isOff: false, toldSince: null },
  ],
};
