import type { Clock } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Contactor } from "../site/mod.ts";
import { coilOf, frameLength, readCoil, writeCoil } from "./_coil_frame.ts";
import { orderedContactor } from "./_ordered_contactor.ts";
import type { ModbusContactorOptions } from "./contactor_options.ts";

/** A longer answer is none. */
const ANSWER_BYTES_MAX = 260;

/**
 * A contactor behind a coil. Each order has a connection of its own: there may be one in a year, and a
 * connection that is kept would be dead by then. The coil is read back: an echo proves nothing.
 */
export function createModbusContactor(options: ModbusContactorOptions, clock: Clock): Contactor {
  const { id, slots, host, port, openWhenOn } = options;
  const coil = { unit: options.unit, address: options.coil };
  const address = `${host}:${port}`;
  let current: Deno.TcpConn | null = null;

  async function order(isOpen: boolean): Promise<Result<void, string>> {
    const connection = await Deno.connect({ hostname: host, port });
    current = connection;
    try {
      const wanted = isOpen === openWhenOn;
      const written = await exchange(connection, 1, writeCoil(1, coil, wanted));
      if (!written.ok) return fail(`${address}: ${written.error}`);
      const read = await exchange(connection, 2, readCoil(2, coil));
      if (!read.ok) return fail(`${address}: ${read.error}`);
      if (read.value === wanted) return ok(undefined);
      return fail(`${address}: coil ${coil.address} stayed as it was`);
    } finally {
      close();
    }
  }

  function close(): void {
    try {
      current?.close();
    } catch {
      // It is closed already.
    }
    current = null;
  }

  const silence = `no answer from ${address}`;
  return orderedContactor({ id, slots }, { address, silence, order, letGo: close }, clock);
}

async function exchange(
  connection: Deno.TcpConn,
  transaction: number,
  request: Uint8Array,
): Promise<Result<boolean, string>> {
  for (let sent = 0; sent < request.length;) {
    sent += await connection.write(request.subarray(sent));
  }
  const bytes = new Uint8Array(ANSWER_BYTES_MAX);
  for (let filled = 0;;) {
    const count = await connection.read(bytes.subarray(filled));
    if (count === null || count === 0) return fail("closed the connection");
    filled += count;
    const length = frameLength(bytes.subarray(0, filled));
    if (length !== null && length > ANSWER_BYTES_MAX) return fail("an answer that is too long");
    if (length !== null && filled >= length) return coilOf(transaction, bytes.subarray(0, length));
  }
}
