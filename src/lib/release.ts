/**
 * No copy of this program is older than this day: a machine whose clock says so has not been told the
 * time. It only ever moves forward.
 */
export const RELEASED_AT = "2025-01-01T00:00:00Z";
