import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  BAUD_RATES,
  byteMs,
  describeSerial,
  SERIAL_FORMATS,
  silenceMs,
  sttyArguments,
} from "./serial_line.ts";

Deno.test("a byte takes its start, data, parity and stop bits", () => {
  assertEquals(byteMs({ baud: 9_600, format: "8N1" }), 10_000 / 9_600);
  assertEquals(byteMs({ baud: 19_200, format: "8E1" }), 11_000 / 19_200);
  assertEquals(byteMs({ baud: 1_200, format: "8E2" }), 10);
});

Deno.test("frames are 3.5 characters apart up to 19200 baud, and 1.75 ms above", () => {
  assertEquals(silenceMs({ baud: 9_600, format: "8N1" }), 35_000 / 9_600);
  assertAlmostEquals(silenceMs({ baud: 19_200, format: "8E1" }), 38_500 / 19_200);
  for (const baud of [38_400, 57_600, 115_200] as const) {
    assertEquals(silenceMs({ baud, format: "8N1" }), 1.75);
  }
});

Deno.test("no line is silent for less than the standard's 1.75 ms", () => {
  for (const baud of BAUD_RATES) {
    for (const format of SERIAL_FORMATS) assert(silenceMs({ baud, format }) >= 1.75);
  }
});

Deno.test("stty is told the speed, the parity and the stop bits", () => {
  const told = (format: typeof SERIAL_FORMATS[number]) =>
    sttyArguments("/dev/ttyUSB0", { baud: 19_200, format }).filter((each) =>
      /^-?(par|cstopb|cs8|inpck|\d)/.test(each)
    ).join(" ");
  assertEquals(told("8N1"), "19200 cs8 -parenb -cstopb -inpck");
  assertEquals(told("8E1"), "19200 cs8 parenb -parodd -cstopb inpck -parmrk");
  assertEquals(told("8O1"), "19200 cs8 parenb parodd -cstopb inpck -parmrk");
  assertEquals(told("8N2"), "19200 cs8 -parenb cstopb -inpck");
});

Deno.test("a line is described as data sheets do", () => {
  assertEquals(describeSerial({ baud: 38_400, format: "8N2" }), "38400 8N2");
});
