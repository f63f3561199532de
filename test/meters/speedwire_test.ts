import { assertEquals } from "@std/assert";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createSpeedwireMeter } from "../../src/meters/speedwire_io.ts";
import { hearMeter } from "../support/meters.ts";
import { SPEEDWIRE_HOUSE, speedwireDatagram } from "../support/speedwire.ts";
import { serverTest, succeeds } from "../support/required_server.ts";

/** Sends a file's bytes to the group each 100 ms, as a meter would, from another program. */
const SENDER = `
import socket, sys, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
data = bytes.fromhex(sys.argv[1])
while True:
    sock.sendto(data, ("239.12.255.254", 9522))
    time.sleep(0.1)
`;

const PYTHON = { name: "python3", isInstalled: succeeds("python3", ["--version"]) };

serverTest(PYTHON, "two meters of one gateway hear the group, each its own serial", async () => {
  const spawn = createSpawner(() => {});
  const datagram = speedwireDatagram(SPEEDWIRE_HOUSE, { serial: 42 });
  const sender = new Deno.Command("python3", {
    args: ["-c", SENDER, datagram.toHex()],
    stderr: "null",
    stdout: "null",
  }).spawn();
  const meters = ["a", "b"].map((id) =>
    createSpeedwireMeter(
      { driver: "speedwire", id, role: "grid", serial: 42, localAddress: "127.0.0.1" },
      createSystemClock(),
      () => {},
      spawn,
    )
  );
  const heard = meters.map((meter) => {
    const each = hearMeter();
    meter.start(each);
    return each;
  });
  try {
    await Promise.all(heard.map((each) => each.until(({ samples }) => samples.length >= 2)));
    for (const each of heard) {
      assertEquals(each.samples[0]?.currentsAmps, { L1: 8.75, L2: -4.4, L3: 1.01 });
      assertEquals(each.refusals, []);
    }
  } finally {
    await Promise.all(meters.map((meter) => meter.stop()));
    await spawn.drain();
    sender.kill("SIGKILL");
    await sender.status;
  }
});
