import type { FaultTexts } from "./fault_words.ts";

/** What chargers tell of themselves, in English. */
export const CHARGER_FAULTS_EN = {
  ConnectorLockFailure: [
    "Connector lock fails",
    "The plug does not lock or does not come free.",
    "Look for dirt or a bent pin in the socket, unlock it from here, then restart the charger.",
  ],
  EVCommunicationError: [
    "No understanding with the car",
    "Charger and car do not understand each other, so nothing charges.",
    "Unplug and plug in again. If only one car does it, the car is to blame; else check the cable.",
  ],
  GroundFailure: [
    "Earth fault",
    "Current leaks to earth: there is a danger of electric shock. The charger has switched off.",
    "Let nobody plug in. Have an electrician test cable, socket and residual current device.",
  ],
  HighTemperature: [
    "Too hot",
    "The charger is too hot inside. It charges more slowly or not at all.",
    "Clear its air vents, give it shade, lower its limit, and check that screws of the wiring are tight.",
  ],
  InternalError: [
    "Error inside the charger",
    "The charger has found a fault in itself.",
    "Restart it from here. If it comes back, switch it off and on, then fetch its log for the maker.",
  ],
  LocalListConflict: [
    "Its list of cards disagrees",
    "The charger's list of cards says otherwise than the cloud.",
    "Check the card on the list of tokens. The gateway sends the charger the list anew by itself.",
  ],
  OtherError: [
    "Some other error",
    "The charger reports an error for which OCPP has no name.",
    "Look up the maker's own code below in the manual, then restart the charger.",
  ],
  OverCurrentFailure: [
    "Too much current",
    "More current flowed than is allowed, and a protection has switched off.",
    "Try another car. If it trips again, keep it out of service and have cable and breaker tested.",
  ],
  OverVoltage: [
    "Voltage too high",
    "The supply is above what the charger bears.",
    "Measure the voltage at the charger. High on all chargers: call the grid company; on one: check its neutral.",
  ],
  PowerMeterFailure: [
    "Energy meter of the charger fails",
    "The charger cannot read its meter: sessions may have no energy and cannot be billed.",
    "Restart the charger. If it stays so, take it out of service until the meter is changed.",
  ],
  PowerSwitchFailure: [
    "Power contactor fails",
    "The contactor does not close, or is stuck and the plug may stay live.",
    "Keep it out of service and switch off its breaker. The contactor has to be changed.",
  ],
  ReaderFailure: [
    "Card reader fails",
    "Cards are not read; the app and starting from here still work.",
    "Restart the charger. Clean the reader, and check its cable if it stays so.",
  ],
  ResetFailure: [
    "Restart did not work",
    "The charger was told to restart and could not.",
    "Try a hard restart from here, else switch its breaker off for a minute.",
  ],
  UnderVoltage: [
    "Voltage too low",
    "The supply is below what the charger needs; it may stop.",
    "Measure under load. Lower the limit of the circuit, and check its wiring and joints.",
  ],
  WeakSignal: [
    "Weak radio signal",
    "The charger's radio is weak: it may lose its connection.",
    "Use a network cable, or move the antenna or access point.",
  ],
  "emergency-stop": [
    "Emergency stop pressed",
    "Somebody has pressed the emergency stop. Nothing charges there.",
    "Find out why on site. When it is safe, release the button and restart the charger.",
  ],
  flooded: [
    "Water in the charger",
    "A sensor reports water: there is a danger of electric shock.",
    "Switch off its breaker and keep people away. An electrician has to look before it goes on.",
  ],
  "case-opened": [
    "Case is open",
    "The case was opened or damaged.",
    "Ask who works there. If nobody does, go and look, and take it out of service until then.",
  ],
  "cable-torn": [
    "Cable torn off",
    "The charging cable was pulled off or cut; bare ends may be live.",
    "Switch off its breaker at once, keep people away, and have the cable replaced.",
  ],
  "cooling-failed": [
    "Cooling fails",
    "Fan or coolant pump does not work. The charger will slow down or stop.",
    "Lower its limit, clean filters and fans, check the coolant.",
  ],
  "supply-failed": [
    "Supply of the charger fails",
    "A phase is missing, or the supply is out of bounds.",
    "Check breaker, fuses and phases in the cabinet.",
  ],
  "low-voltage-supply-failed": [
    "Inner supply fails",
    "The small supply for the charger's electronics fails.",
    "Switch the charger off and on. If it stays so, its power supply has to be changed.",
  ],
  "display-failed": [
    "Display or buttons fail",
    "Drivers see nothing or cannot press anything. Charging itself works.",
    "Restart the charger. Start sessions by card or from here until it is mended.",
  ],
  "lights-failed": [
    "Lights fail",
    "An indicator or a lamp does not work. Charging works.",
    "Mend it at the next visit.",
  ],
  "ventilation-failed": [
    "Ventilation of the room fails",
    "The room is not ventilated: cars whose batteries give off gas must not charge.",
    "Open doors and have the ventilation mended before such a car charges.",
  ],
  "shock-felt": [
    "Charger was hit",
    "A sensor felt a blow: a car may have run into it.",
    "Go and look at case, cable and base before the next session.",
  ],
  "climate-failed": [
    "Damp or heater",
    "It is too damp inside, or the heater does not work.",
    "Check seals and drain holes, dry it, and test the heater.",
  ],
  "charger-clock-failed": [
    "Clock of the charger fails",
    "The charger does not keep the time. Times of sessions may be off; the gateway corrects them.",
    "Have its battery changed if the clock is wrong after each power cut.",
  ],
  "storage-failed": [
    "Battery storage fails",
    "The battery inside the charger does not work; it has less power.",
    "Fetch the charger's log and call the maker.",
  ],
  "holster-failed": [
    "Plug holder fails",
    "The holder or cover of the plug does not release, or does not notice the plug.",
    "Put the plug back firmly, clean the holder, unlock from here.",
  ],
  "bay-sensor-failed": [
    "Parking sensor or barrier fails",
    "The charger does not know whether the bay is taken, or its barrier does not move.",
    "Clean the sensor. Open the barrier by hand if a car is held.",
  ],
  "socket-failed": [
    "Connector has a problem",
    "The charger reports a problem of this connector.",
    "Look at plug and cable, then restart the charger.",
  ],
  "bound-crossed": [
    "A watched value is out of bounds",
    "A value that the charger watches has crossed its bound.",
    "See below which one. Look at it on site, or change the bound where it is set too tight.",
  ],
  "charger-problem": [
    "Charger reports a problem",
    "A part of the charger reports a problem that has no name in OCPP.",
    "See below which part, look it up in the maker's manual, then restart the charger.",
  ],
} as const satisfies Partial<FaultTexts>;
