import { z } from "zod";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/** "30s", "15min", "30d": a time in milliseconds. */
export const duration = z.string()
  .regex(
    /^\d+(\.\d+)?(ms|s|min|h|d|y)$/,
    "Expected a time such as 500ms, 10s, 15min, 12h, 30d or 5y",
  )
  .transform((text) => Number.parseFloat(text) * (UNIT_MS[text.replace(/[\d.]/g, "")] ?? 0));

/** What circuits, meters and contactors are called. */
export const name = z.string().regex(
  /^[A-Za-z0-9_-]{1,64}$/,
  "Expected 1 to 64 letters, digits, - or _",
);
/** A TCP or UDP port; 0 lets the system choose one to listen at. */
export const port = z.number().int().min(0).max(65_535);
const line = z.enum(["L1", "L2", "L3"]);
/** Lines of the site, in the order of terminals or phases. */
export const lines = z.array(line).min(1).max(3).refine(
  (names) => new Set(names).size === names.length,
  "Each line may be named once",
);
