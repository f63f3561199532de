import type { MeterReading } from "../ocpp/mod.ts";
import type { Quirk } from "../site/mod.ts";
import { readings, type Transaction, type TransactionFlag } from "../transactions/mod.ts";

/** What a charger measured that is understood all the same, message by message. */

/**
 * How its way of measuring an EVSE with so many phases is odd: it tells the register by line only, or
 * tells of lines that are not there.
 */
export function oddMeasuring({ meterValue }: MeterReading, phases: number): readonly Quirk[] {
  const byLine = meterValue.some(({ sampledValue }) => {
    const registers = sampledValue.filter(({ measurand = REGISTER }) => measurand === REGISTER);
    return registers.length > 0 && registers.every(({ phase }) => phase !== undefined);
  });
  const beyond = readings(meterValue).some(({ currentsAmps, untoldPhases = [] }) =>
    currentsAmps?.some((_, index) =>
      index >= phases && !untoldPhases.some((untold) => untold === index)
    )
  );
  return [
    ...(byLine ? ["register-by-line" as const] : []),
    ...(beyond ? ["extra-phases" as const] : []),
  ];
}

const REGISTER = "Energy.Active.Import.Register";

/**
 * What a message about a session has shown of its charger: a register that went back, or current after
 * the charger had said that the EVSE is free.
 */
export function oddSession(
  before: Transaction | undefined,
  after: Transaction,
): readonly Quirk[] {
  const wentBack = WENT_BACK.some((flag) =>
    after.flags.includes(flag) && !(before?.flags.includes(flag) ?? false)
  );
  const wasFree = before?.interruption?.cause === "free" && after.stop === null &&
    after.interruption === undefined;
  return [
    ...(wentBack ? ["register-went-back" as const] : []),
    ...(wasFree ? ["free-while-charging" as const] : []),
  ];
}

const WENT_BACK: readonly TransactionFlag[] = ["register-went-back", "stop-below-start"];
