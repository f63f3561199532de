import { createServer, type Socket } from "node:net";
import { fail, ok } from "../../src/lib/result.ts";
import type { Contactor } from "../../src/site/mod.ts";

/** A contactor on the bench, for gateways on virtual time. */
export interface PlayedContactor extends Contactor {
  isOpen(): boolean | null;
  weld(): void;
  cutCable(): void;
}

/** A contactor in front of slots. */
export function playContactor(id: string, slots: readonly number[]): PlayedContactor {
  let isOpen: boolean | null = null;
  let trouble: string | null = null;
  return {
    id,
    slots,
    isOpen: () => isOpen,
    weld: () => void (trouble = "it stayed as it was"),
    cutCable: () => void (trouble = "no answer"),
    set(wanted) {
      if (trouble === null) isOpen = wanted;
      return Promise.resolve(trouble === null ? ok(undefined) : fail(trouble));
    },
    stop: () => Promise.resolve(),
  };
}

/** A Modbus TCP device with coils, as a relay board has them. */
export async function startCoils(): Promise<{
  readonly port: number;
  readonly coils: Map<number, boolean>;
  weld(): void;
  stop(): Promise<void>;
}> {
  const coils = new Map<number, boolean>();
  const sockets = new Set<Socket>();
  let isWelded = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (bytes: Uint8Array) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const [code, address] = [view.getUint8(7), view.getUint16(8)];
      if (code === 5) {
        if (!isWelded) coils.set(address, view.getUint16(10) === 0xff00);
        return void socket.write(bytes);
      }
      const answer = [...bytes.subarray(0, 4), 0, 4, view.getUint8(6), 1, 1];
      socket.write(Uint8Array.from([...answer, coils.get(address) ? 1 : 0]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    coils,
    weld: () => void (isWelded = true),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
