import type { FindingTexts } from "./finding_words.ts";
import {
  factorText,
  kilowatts,
  namesOf,
  type QuantityNames,
  quantityText,
  seconds,
} from "./measures.ts";

const QUANTITIES: QuantityNames = {
  voltage: "voltage",
  current: "current",
  power: "power",
  frequency: "frequency",
};

/** What is said of findings in English. */
export const ENGLISH: FindingTexts = {
  "host-absent": ({ place }) => [
    `Nothing answers at ${place}.`,
    "The address is another one, the meter is off, or it is in another network.",
    "Look at the meter's display for its address, and at the lights of its network socket. Then " +
    "set host in site.yaml.",
  ],
  "name-unknown": ({ place }) => [
    `No device has the name of ${place}.`,
    "The name is misspelt, or the network does not know names.",
    "Write the address in numbers (192.168.…) as host in site.yaml.",
  ],
  "nobody-listens": ({ place }) => [
    `A device is there, but it refuses the connection at ${place}.`,
    "The port is another one, its service (Modbus, MQTT, web) is switched off, or somebody else " +
    "is connected and it takes only one.",
    "Switch the service on at the device, compare the port, and end other programs that read it.",
  ],
  "connection-lost": ({ place }) => [
    `${place} takes the connection and breaks it off again.`,
    "It is no service of the kind expected, it takes fewer connections than there are, or it " +
    "expects TLS.",
    "Compare port and driver, and end other programs that read this device.",
  ],
  "unit-silent": ({ place, unit }) => [
    `${place} is reached, but unit ${unit} does not answer.`,
    "The unit number is another one. Behind a serial device server: also its speed, its parity, " +
    "or A and B exchanged.",
    "Let meter probe --host look for it, and set unit in site.yaml.",
  ],
  "bus-silent": ({ place, unit }) => [
    `Nobody answers on ${place}, asked for unit ${unit}.`,
    "A and B are exchanged, the speed or parity or the unit number is another one, or the meter " +
    "is off.",
    "Look at the meter's display for number, speed and parity. Then exchange A and B. Let " +
    "meter probe --device try all speeds while the gateway is stopped.",
  ],
  "one-silent": ({ place, unit }) => [
    `Unit ${unit} on ${place} is silent, while others on the same line answer.`,
    "Its unit number is another one, or it has no power; the line itself, its speed and A and B " +
    "are right for the others.",
    "Look at its display for number, speed and parity, and at its wires to the next meter.",
  ],
  "behind-gateway": ({ place, unit }) => [
    `The gateway at ${place} answers, but not unit ${unit} on the bus behind it.`,
    "The unit number is another one, the bus is set to another speed, or A and B are exchanged.",
    "Compare speed and parity in the gateway's own settings with the meter's display, then " +
    "exchange A and B.",
  ],
  noise: ({ place }) => [
    `Something comes from ${place}, but no whole answer.`,
    "Another speed or parity, two meters with one number, no resistor of 120 Ω at the ends, or " +
    "a cable beside a motor.",
    "Disconnect all meters but one. If it answers now, two have one number; if not, compare " +
    "speed and parity.",
  ],
  stranger: ({ place, unit }) => [
    `Another meter answers on ${place}: unit ${unit}.`,
    "Two devices ask on this bus, or a late answer arrives after its time.",
    "Take the other reader off the bus; for a slow meter raise timeout in site.yaml.",
  ],
  port: ({ place }) => [
    `The serial port ${place} cannot be used.`,
    "The adapter is not plugged in, has another name now, or this user may not open it.",
    "Plug it in, take its lasting name from /dev/serial/by-id, and put the user into the group " +
    "dialout.",
  ],
  "word-order": ({ wordOrder }) => [
    "The numbers cannot be, but would be right with their halves exchanged.",
    "This meter sends the two words of a number in the other order.",
    `Set wordOrder: ${wordOrder} for it in site.yaml.`,
  ],
  "no-register": ({ address }) => [
    `The meter answers, but does not have register ${address}.`,
    "The profile is that of another model, or of another version of it.",
    "Compare the type plate with the profile. Let meter probe try all profiles.",
  ],
  "device-fault": ({ place, code }) => [
    `The device at ${place} says that it cannot answer now (Modbus exception ${code}).`,
    "It is starting, busy with other readers, or has a fault of its own.",
    "Wait a minute, end other programs that read it; if it stays, switch it off and on.",
  ],
  "no-value": ({ quantity }) => [
    `The meter answers, but gives no value for ${quantityText(QUANTITIES, quantity)}.`,
    "The profile is that of another model, or a line that it expects is not connected.",
    "Compare the type plate with the profile. Where fewer lines are connected, name them with " +
    "lines in site.yaml.",
  ],
  "dead-line": ({ lines }) => [
    `The meter has no voltage on ${namesOf(lines)}.`,
    "A fuse of the meter's voltage inputs is out, a terminal is loose, fewer lines are connected, " +
    "or the profile is that of another model.",
    "Measure the voltage at its terminals, carefully. Where fewer lines are connected on purpose, " +
    "name them with lines in site.yaml.",
  ],
  impossible: ({ quantity, value }) => [
    `The meter says ${value} for ${quantityText(QUANTITIES, quantity)}, which cannot be.`,
    "The profile is that of another model.",
    "Compare with the meter's own display. Let meter probe try all profiles.",
  ],
  "over-fuse": ({ line, amps }) => [
    `The meter says ${amps} A on ${line}, more than the main fuse could carry.`,
    "The ratio of the current transformers is set wrong in the meter, or the profile is that of " +
    "another model.",
    "Compare the ratio on the transformers with the one set in the meter, and the current with a " +
    "clamp meter.",
  ],
  frozen: () => [
    "The meter answers, but with the same numbers over and over.",
    "It hangs, or a gateway in between repeats what it has kept.",
    "Switch the meter, or the gateway in between, off and on.",
  ],
  login: ({ place }) => [
    `${place} does not let the gateway in.`,
    "User name or password is wrong or missing, or this user may not read what was asked for.",
    "Compare username and password in site.yaml with those of the device or broker.",
  ],
  certificate: ({ place }) => [
    `The certificate of ${place} is not trusted.`,
    "It is signed by an authority of its own, is made out to another name, or is out of date.",
    "Give the authority's file as ca in site.yaml, and use the name that stands in the " +
    "certificate.",
  ],
  "not-tls": ({ place }) => [
    `${place} does not speak TLS there.`,
    "The port is that without TLS, such as 1883 instead of 8883, or 80 instead of 443.",
    "Take the other port, or mqtt:// (http://) instead of mqtts:// (https://) in site.yaml.",
  ],
  "no-message": ({ topics, place }) => [
    `${place} is reached, but nothing comes on ${topics}.`,
    "The topic is another one (small and capital letters count), or the device sends seldom or " +
    "not at all.",
    "Look with an MQTT program under which topic the device sends, and how often; set it in " +
    "site.yaml.",
  ],
  "only-kept": ({ topics, place }) => [
    `${place} has only an old, kept message on ${topics}; nobody knows how old.`,
    "The device is off or has lost its connection to the broker.",
    "Look at the device, its power and its network. As soon as it sends, the meter counts again.",
  ],
  "wrong-time": () => [
    "The readings bear a time that is too far from now.",
    "The clock of the device or of this gateway is wrong, or messages come late.",
    "Set the time at the device, best by a time server (NTP).",
  ],
  unreadable: () => [
    "A message comes, but does not hold the value that is looked for.",
    "The path or the preset is that of another device or version.",
    "Compare the message shown with path in site.yaml.",
  ],
  "no-path": ({ place, path }) => [
    `${place} answers, but has nothing at ${path}.`,
    "The address is that of another device or of another generation of it.",
    "Open the address in a browser; take the right preset or url in site.yaml.",
  ],
  "http-status": ({ place, status }) => [
    `${place} answers with an error (HTTP status ${status}).`,
    "The device is starting or has a fault, or wants to be asked elsewhere (https instead of http).",
    "Open the address in a browser, and set url in site.yaml as the browser shows it then.",
  ],
  "serial-number": () => [
    "No meter with this serial number is heard in the network.",
    "The number is another one, there are several, or the meter is in another network.",
    "Read the serial number from its type plate, and connect gateway and meter to one network.",
  ],
  "not-sunspec": () => [
    "The device answers, but does not say what it measures by SunSpec.",
    "SunSpec is switched off there, or the unit number is another one.",
    "Switch on SunSpec (often: Modbus type) at the device; the unit number stands in its manual.",
  ],
  "charger-silent": ({ slot }) => [
    `The charger of slot ${slot} has not measured for a while.`,
    "It is not connected, or sends no meter values.",
    "Look at the charger's own page.",
  ],
  part: ({ meter }) => [
    `This one is reckoned from others, and ${meter} gives no reading.`,
    "It is well itself.",
    `Look at ${meter}.`,
  ],
  backwards: ({ lines }) => [
    `Power flows the wrong way on ${namesOf(lines)}.`,
    "Its current transformer is turned round, or its two wires are exchanged.",
    "Turn it round with the load switched off. Where all are turned, inverted: true in site.yaml " +
    "does it.",
  ],
  "feeding-line": ({ lines }) => [
    `${namesOf(lines)} feeds into the grid while other lines draw.`,
    "If nothing generates there, its current transformer is turned round.",
    "Switch off what generates. If it still feeds in, turn the transformer round with the load " +
    "switched off.",
  ],
  "all-feeding": () => [
    "All lines feed into the grid, and no meter of a generator is known here.",
    "If nothing generates, all current transformers are turned round, or the profile counts the " +
    "other way.",
    "Set inverted: true for it in site.yaml, and look whether a load makes the number grow.",
  ],
  crossed: ({ lines }) => [
    `On ${namesOf(lines)} power does not fit voltage and current.`,
    "Current transformers sit on each other's lines, so that currents meet voltages of other " +
    "lines. Motors running idle look like it too.",
    "Follow each transformer's wires: that on L1 belongs to the input of L1.",
  ],
  sum: ({ linesW, totalW }) => [
    `The lines come to ${kilowatts(linesW)}, the total says ${kilowatts(totalW)}.`,
    "The profile is that of another model, or one transformer is turned round.",
    "Compare each line with the meter's own display.",
  ],
  "no-currents": () => [
    "The meter tells no currents: they are reckoned from power.",
    "What flows without doing work (reactive current) is not in it.",
    "Leave a margin on its circuit, or take a meter that tells currents.",
  ],
  slow: ({ everyMs }) => [
    `A reading every ${seconds(everyMs)} s is too slow to protect a circuit: 3 s at most.`,
    "The device sends or is read too seldom, or a silent meter holds up its line.",
    "Shorten interval, or the device's own interval; take dead meters off the bus.",
  ],
  "charging-reversed": ({ lines, seen }) => [
    `When a car draws more on ${namesOf(lines)}, this meter shows less` +
    `${seen === undefined ? "" : ` on ${namesOf(seen)}`}.`,
    seen === undefined
      ? "The current transformer there is turned round."
      : "Current transformers are beside the voltages of other lines.",
    seen === undefined
      ? "Turn it round with the load switched off; inverted: true in site.yaml where all are."
      : "With the load switched off, put each transformer on the line whose voltage is beside it.",
  ],
  "charging-exchanged": ({ lines, seen }) => [
    `What cars draw on ${namesOf(lines)}, this meter shows on ${namesOf(seen)}.`,
    "Its current transformers are on other lines, or phases in site.yaml are not as the chargers " +
    "are wired.",
    "Where it is so with all chargers set lines of the meter, with one charger phases of its EVSE.",
  ],
  "charging-ratio": ({ factor }) => [
    `When cars draw more or less, this meter shows ${factorText(factor)} times that.`,
    "The ratio of the current transformers in the meter is not theirs, the wire goes through them " +
    "several times, or a battery makes up for a part at once.",
    "Set the ratio that stands on the transformers in the meter's own menu.",
  ],
  "charging-unseen": ({ lines }) => [
    `What cars draw on ${namesOf(lines)} does not show on this meter.`,
    "The chargers are not behind this meter, its transformers there are off or shorted, or a " +
    "battery makes up for it at once.",
    "Compare with a clamp meter; set the circuit of the chargers or of the meter in site.yaml.",
  ],
};
