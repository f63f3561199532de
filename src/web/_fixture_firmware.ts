import type { CampaignView, FirmwareOrderView, WebFirmware } from "./views.ts";

const SHA256 = "0f343b0931126a20f133d67c2b018a3b8a3b1d4b4f9f2f4dbb6b7ec0f3a2c111";
const AMPERA = { vendor: "Ampera", model: "One 22", version: "1.13.0" };

/** The id of the campaign of the fixture. */
export const FIXTURE_CAMPAIGN = "5f1d1b06-4c51-4a52-9c5d-0f3c3f0d8b11";
/** The image of that campaign. */
export const FIXTURE_IMAGE = SHA256;

const ORDERS: readonly FirmwareOrderView[] = [
  order(400_000_003, "CP09", "campaign", "told", "Downloading"),
  order(400_000_002, "CP01", "operator", "over", "InstallationFailed"),
  order(400_000_001, "CP04", "csms", "over", "Installed"),
];

function order(
  number: number,
  chargerId: string,
  origin: FirmwareOrderView["origin"],
  stage: FirmwareOrderView["stage"],
  status: FirmwareOrderView["status"],
): FirmwareOrderView {
  const hasFailed = status === "InstallationFailed";
  return {
    number,
    chargerId,
    origin,
    by: origin === "campaign" ? FIXTURE_CAMPAIGN : origin === "operator" ? "asha" : "",
    image: SHA256,
    version: "1.13.0",
    stage,
    status,
    reason: hasFailed ? "The charger says InstallationFailed" : null,
    givenAt: "2026-01-05T08:00:00.000Z",
    changedAt: "2026-01-05T08:20:00.000Z",
  };
}

const CAMPAIGN: CampaignView = {
  id: FIXTURE_CAMPAIGN,
  name: "Ampera 1.13",
  image: SHA256,
  ...AMPERA,
  by: "asha",
  begunAt: "2026-01-05T07:50:00.000Z",
  state: "stopped",
  stateSince: "2026-01-05T08:20:00.000Z",
  rules: {
    waves: [1, 2],
    perCircuitMax: 1,
    onlyIdle: true,
    window: { from: "22:00", to: "05:00" },
    failurePercentMax: 20,
    triesMax: 2,
    timeoutMinutes: 60,
  },
  chargers: ([
    ["CP05", 1, "done", 1, null, "", "Installed"],
    ["CP06", 2, "failed", 2, "other-version", "1.11.8", "Installed"],
    ["CP09", 2, "updating", 1, null, "", "Downloading"],
    ["CP10", 3, "queued", 0, null, "", null],
    ["CP07", 3, "refused", 0, "wrong-model", "Kiran K7", null],
  ] as const).map(([chargerId, wave, state, tries, reason, detail, status]) => ({
    chargerId,
    wave,
    state,
    tries,
    since: "2026-01-05T08:10:00.000Z",
    reason,
    detail,
    status,
  })),
};

/** Firmware of the fixture's site, which never changes; what is uploaded is read and answered for. */
export function createFixtureFirmware(): WebFirmware & { readonly uploaded: unknown[] } {
  const uploaded: unknown[] = [];
  const image = {
    sha256: SHA256,
    md5: "9e107d9d372bb6826bd81d3542a419d6",
    bytes: 18_874_368,
    name: "ampera-one-1.13.0.bin",
    from: "asha",
    keptAt: "2026-01-05T07:40:00.000Z",
    meantFor: AMPERA,
    isSigned: true,
    isInUse: true,
  };
  const fetched = {
    ...image,
    sha256: SHA256.replaceAll("0", "1"),
    name: "fw.bin",
    from: "files.example.com",
    bytes: 900_000,
    meantFor: null,
    isSigned: false,
    isInUse: false,
  };
  return {
    uploaded,
    shelf: () => ({
      images: [image, fetched],
      downloads: [{ from: "files.example.com", bytes: 4_000_000, tries: 2, trouble: "HTTP 503" }],
      failedFetches: [
        { from: "old.example.com", at: "2026-01-05T06:00:00.000Z", reason: "HTTP 404" },
      ],
      bytesMax: 512 * 1_048_576,
    }),
    orders: () => ORDERS,
    campaigns: () => [CAMPAIGN],
    campaign: (id) => id === FIXTURE_CAMPAIGN ? CAMPAIGN : undefined,
    preview: ({ chargers }) =>
      chargers.length === 0
        ? { kind: "refused", reason: "no charger is chosen", advice: "choose at least one" }
        : {
          kind: "plan",
          waves: [chargers.slice(0, 1), chargers.slice(1)].filter(({ length }) => length > 0),
          remarks: [{ chargerId: chargers[0] ?? "", kind: "busy" }],
        },
    async upload(content, { name, by, meantFor, checksum, signing }) {
      let bytes = 0;
      for await (const piece of content) bytes += piece.length;
      uploaded.push({ name, by, meantFor, checksum, isSigned: signing !== null, bytes });
      if (name.includes("corrupt")) {
        return { kind: "refused", why: "checksum", reason: "Its checksum is another" };
      }
      return { kind: "kept", image: { ...image, name, from: by, meantFor, bytes } };
    },
  };
}
