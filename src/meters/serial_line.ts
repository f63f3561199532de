/** The speeds that a serial line may have, in baud. */
export const BAUD_RATES = [1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200] as const;

/** A speed of `BAUD_RATES`. */
export type BaudRate = typeof BAUD_RATES[number];

/** Data bits, parity and stop bits of a line that Modbus RTU can run on: it needs eight data bits. */
export const SERIAL_FORMATS = ["8N1", "8E1", "8O1", "8N2", "8E2", "8O2"] as const;

/** A name of `SERIAL_FORMATS`. */
export type SerialFormat = typeof SERIAL_FORMATS[number];

/** YAML takes 8E1 without quotes for the number 80: here it is what was written again. */
export function asSerialFormat(value: unknown): unknown {
  return value === 80 ? "8E1" : value === 800 ? "8E2" : value;
}

/** How a serial line is set. */
export interface SerialSettings {
  readonly baud: BaudRate;
  readonly format: SerialFormat;
}

/** What most meters leave the factory with, and what is taken where nobody says otherwise. */
export const COMMON_SERIAL: SerialSettings = { baud: 9_600, format: "8N1" };

/** Above this speed the pauses of the standard stay as they are at it. */
const FIXED_PAUSE_ABOVE_BAUD = 19_200;
const FIXED_PAUSE_MS = 1.75;
const PAUSE_CHARACTERS = 3.5;

/** How long one byte takes, with its start, parity and stop bits, in milliseconds. */
export function byteMs({ baud, format }: SerialSettings): number {
  const parityBits = format[1] === "N" ? 0 : 1;
  return (1 + 8 + parityBits + Number(format[2])) * 1_000 / baud;
}

/**
 * The silence that separates two frames, in milliseconds: 3.5 characters, 1.75 ms above 19200 baud
 * (Modbus over Serial Line V1.02, §2.5.1.1).
 */
export function silenceMs(settings: SerialSettings): number {
  if (settings.baud > FIXED_PAUSE_ABOVE_BAUD) return FIXED_PAUSE_MS;
  return PAUSE_CHARACTERS * byteMs(settings);
}

/** What `stty` has to be told so that a device gives bytes as they come, and only those. */
export function sttyArguments(device: string, { baud, format }: SerialSettings): readonly string[] {
  const parity = { N: ["-parenb"], E: ["parenb", "-parodd"], O: ["parenb", "parodd"] };
  const kind = format[1] === "E" ? "E" : format[1] === "O" ? "O" : "N";
  return [
    "-F",
    device,
    String(baud),
    // Bytes as they are, each read returning with the first of them.
    "raw",
    "-echo",
    "cs8",
    ...parity[kind],
    format[2] === "2" ? "cstopb" : "-cstopb",
    // A byte with wrong parity becomes 0: the check sum finds it.
    ...(kind === "N" ? ["-inpck"] : ["inpck", "-ignpar", "-parmrk"]),
    // No modem and no flow control: an RS-485 adapter has neither.
    "clocal",
    "cread",
    "-hupcl",
    "-crtscts",
  ];
}

/** "9600 8N1" */
export function describeSerial({ baud, format }: SerialSettings): string {
  return `${baud} ${format}`;
}
